//! Documents that hold on every machine.

use std::path::{Component, Path, PathBuf};

use crate::tidy::Finding;
use crate::tidy::tree::Tree;

/// Directories that exist on one machine and not on the reader's.
const MACHINE: [&str; 5] = ["/work/", "/tmp/", "/root/", "/home/", "/Users/"];

/// Links into the repository lead to something that is there.
pub(in crate::tidy) fn links_resolve(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.with("md") {
        for (line, target) in links(&file.text) {
            let Some(path) = local_path(&target) else { continue };
            let exists = resolve(&file.path, path).is_some_and(|path| tree.paths.contains(&path));
            if !exists {
                let what = format!("`{target}` leads nowhere: correct the link, or write what it promises");
                findings.push(Finding::new(&file.path, line, what));
            }
        }
    }
    findings
}

/// No document names a path that only one machine has, in code neither.
pub(in crate::tidy) fn no_machine_paths(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.with("md") {
        for (number, line) in file.text.lines().enumerate() {
            if let Some(path) = MACHINE.into_iter().find(|path| begins_a_path(line, path)) {
                let what = format!("`{path}` is a path of one machine: write one relative to the repository");
                findings.push(Finding::new(&file.path, number + 1, what));
            }
        }
    }
    findings
}

/// Whether the directory is named by itself, not inside a longer path or an address.
fn begins_a_path(line: &str, directory: &str) -> bool {
    line.match_indices(directory)
        .any(|(at, _)| !line[..at].ends_with(|c: char| c.is_alphanumeric() || "._-~}>)".contains(c)))
}

/// The targets of `[text](target)` and `[label]: target`, with their lines; code has none.
fn links(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut fence: Option<&str> = None;
    for (number, line) in text.lines().enumerate() {
        let start = line.trim_start();
        let mark = ["```", "~~~"].into_iter().find(|mark| start.starts_with(mark));
        match (fence, mark) {
            (Some(open), Some(mark)) if open == mark => fence = None,
            (None, Some(mark)) => fence = Some(mark),
            (None, None) => found.extend(targets(line).into_iter().map(|target| (number + 1, target))),
            _ => {}
        }
    }
    found
}

fn targets(line: &str) -> Vec<String> {
    // Every second part between backquotes is code; a link's text may hold some, so they become a word.
    let prose: String =
        line.split('`').enumerate().map(|(n, part)| if n % 2 == 0 { part } else { "x" }).collect();
    let mut found: Vec<String> =
        prose.split("](").skip(1).filter_map(|rest| rest.split(')').next()).map(clean).collect();
    let label = prose.trim_start().strip_prefix('[').and_then(|rest| rest.split_once("]:"));
    found.extend(label.filter(|(label, _)| !label.contains(']')).map(|(_, target)| clean(target)));
    found
}

/// Without the title and the angle brackets.
fn clean(target: &str) -> String {
    let target = target.trim();
    match target.strip_prefix('<').and_then(|rest| rest.split_once('>')) {
        Some((inner, _)) => inner.to_owned(),
        None => target.split_whitespace().next().unwrap_or_default().to_owned(),
    }
}

/// The path in a link; none when it leads out of the repository or to a heading of the same document.
fn local_path(target: &str) -> Option<&str> {
    let path = target.split(['#', '?']).next().unwrap_or_default();
    let is_address = path.split('/').next().is_some_and(|first| first.contains(':'));
    (!path.is_empty() && !is_address && !path.starts_with("//")).then_some(path)
}

/// Relative to the repository's root; none when it would leave it.
fn resolve(document: &Path, target: &str) -> Option<PathBuf> {
    let mut path = match target.strip_prefix('/') {
        Some(_) => PathBuf::new(),
        None => document.parent().unwrap_or(Path::new("")).to_path_buf(),
    };
    for component in Path::new(target).components() {
        match component {
            Component::Normal(name) => path.push(name),
            Component::ParentDir if !path.pop() => return None,
            _ => {}
        }
    }
    Some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(text: &str) -> Vec<usize> {
        let tree = Tree::of(&[("docs/a.md", text), ("docs/b c.md", ""), ("src/x.rs", ""), ("README.md", "")]);
        links_resolve(&tree).into_iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn links_to_files_and_directories_resolve() {
        let text = "[x](../src/x.rs#L1) [y](../src/) [z](<b c.md>) ![i](../README.md \"title\")\n\
                    [root](/README.md) [here](#part) [`code`](../README.md)\n[up](..)\n\n[label]: ../src\n\
                    [out](https://example.org/x) [mail](mailto:a@b)\n";
        assert_eq!(broken(text), Vec::<usize>::new());
    }

    #[test]
    fn broken_links_are_found() {
        assert_eq!(broken("ok\n[x](gone.md) and [y](../src/y.rs)\n[l]: nowhere\n"), [2, 2, 3]);
        assert_eq!(broken("[out](../../README.md)\n"), [1]);
    }

    #[test]
    fn code_has_no_links() {
        assert!(broken("`[x](gone)`\n```rust\nlet x = a[i](j);\n```\n~~~\n[x](gone)\n~~~\n").is_empty());
    }

    #[test]
    fn machine_paths_are_found_also_in_code() {
        let lines = |text: &str| {
            let found = no_machine_paths(&Tree::of(&[("a.md", text)]));
            found.into_iter().map(|finding| finding.line).collect::<Vec<_>>()
        };
        assert_eq!(lines("fine\nsee /work/x\n```\ncd `/tmp/y`\nsqlite:///tmp/z\n"), [2, 4, 5]);
        assert!(lines("https://example.org/home/x, docs/work/y, ~/work/z, `{base}/tmp/`\n").is_empty());
    }
}
