//! Every crate takes the workspace's lints.

use crate::tidy::Finding;
use crate::tidy::tree::Tree;

/// A manifest with a package says `[lints] workspace = true`.
pub(in crate::tidy) fn lints_are_inherited(tree: &Tree) -> Vec<Finding> {
    tree.with("toml")
        .filter(|file| file.path.file_name().is_some_and(|name| name == "Cargo.toml"))
        .filter(|file| has_section(&file.text, "package") && !inherits(&file.text))
        .map(|file| Finding::new(&file.path, 1, "add `[lints]` with `workspace = true`"))
        .collect()
}

fn has_section(manifest: &str, name: &str) -> bool {
    settings(manifest).any(|(section, _)| section == name)
}

fn inherits(manifest: &str) -> bool {
    settings(manifest).any(|(section, setting)| {
        matches!((section, setting.as_str()), ("lints", "workspace=true") | ("", "lints.workspace=true"))
    })
}

/// Each line with its section, without spaces and comments; a section's head is its first line. Enough
/// for a manifest: nothing looked for here may hold a `#` or span lines.
fn settings(manifest: &str) -> impl Iterator<Item = (&str, String)> {
    let mut section = "";
    manifest.lines().map(move |line| {
        let line = line.split('#').next().unwrap_or_default().trim();
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            section = name.trim();
        }
        (section, line.split_whitespace().collect())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_package_needs_it() {
        let package = "[package]\nname = \"x\"\n";
        let tree = Tree::of(&[
            ("Cargo.toml", "[workspace]\nmembers = [\n]\n[workspace.lints.rust]\n"),
            ("good/Cargo.toml", &format!("{package}[lints]\nworkspace = true # always\n")),
            ("short/Cargo.toml", &format!("lints.workspace=true\n{package}")),
            (
                "bad/Cargo.toml",
                &format!("{package}edition.workspace = true\n[dependencies]\nworkspace = true\n"),
            ),
            ("off/Cargo.toml", &format!("{package}[lints]\n# workspace = true\n")),
            ("other.toml", package),
        ]);
        let paths: Vec<_> = lints_are_inherited(&tree).into_iter().map(|finding| finding.path).collect();
        assert_eq!(paths, ["bad/Cargo.toml", "off/Cargo.toml"].map(std::path::PathBuf::from));
    }
}
