//! A planted leak: replacements in the library's source.
//!
//! ```text
//! What is wrong, in a sentence or two.
//! === path/of/a/file.rs
//! <<<
//! what is there, exactly once
//! ---
//! what stands there instead
//! >>>
//! ```

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Result, Stop};

/// See the module.
#[derive(Debug)]
pub(super) struct Leak {
    pub(super) name: String,
    replacements: Vec<Replacement>,
}

#[derive(Debug, Default)]
struct Replacement {
    path: PathBuf,
    old: String,
    new: String,
}

/// Where a line belongs.
enum Part {
    Outside,
    Old,
    New,
}

impl Leak {
    /// Every leak in the directory, by name.
    pub(super) fn read_all(directory: &Path) -> Result<Vec<Self>> {
        let failed = |error| Stop::because(format!("could not read `{}`", directory.display()), error);
        let mut leaks = Vec::new();
        for entry in fs::read_dir(directory).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            if path.extension().is_some_and(|extension| extension == "leak") {
                let text = fs::read_to_string(&path).map_err(failed)?;
                let name = path.file_stem().unwrap_or_default().to_string_lossy();
                leaks.push(Self::parse(&name, &text)?);
            }
        }
        leaks.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(leaks)
    }

    fn parse(name: &str, text: &str) -> Result<Self> {
        let wrong =
            |line: usize, what: &str| Stop::Failed(format!("leak `{name}`, line {}: {what}", line + 1));
        let (mut path, mut part) = (None, Part::Outside);
        let mut replacements: Vec<Replacement> = Vec::new();
        for (number, line) in text.lines().enumerate() {
            match (&part, line, replacements.last_mut()) {
                (Part::Outside, "<<<", _) => {
                    let path: PathBuf = path.clone().ok_or_else(|| wrong(number, "no file is named yet"))?;
                    replacements.push(Replacement { path, ..Replacement::default() });
                    part = Part::Old;
                }
                (Part::Old, "---", _) => part = Part::New,
                (Part::New, ">>>", _) => part = Part::Outside,
                (Part::Old, line, Some(replacement)) => replacement.old.extend([line, "\n"]),
                (Part::New, line, Some(replacement)) => replacement.new.extend([line, "\n"]),
                (Part::Outside, line, _) => {
                    path = line.strip_prefix("=== ").map(PathBuf::from).or(path);
                }
                (Part::Old | Part::New, _, None) => return Err(wrong(number, "no replacement has begun")),
            }
        }
        if replacements.is_empty() || !matches!(part, Part::Outside) {
            return Err(wrong(text.lines().count(), "it ends without a whole replacement"));
        }
        Ok(Self { name: name.to_owned(), replacements })
    }

    /// Plants it into the workspace at `root`.
    ///
    /// # Errors
    /// When what it replaces is not there exactly once: the source has moved on and the leak has to follow.
    pub(super) fn plant(&self, root: &Path) -> Result<()> {
        for Replacement { path, old, new } in &self.replacements {
            let file = root.join(path);
            let failed = |error| Stop::because(format!("leak `{}`: `{}`", self.name, path.display()), error);
            let text = fs::read_to_string(&file).map_err(failed)?;
            let found = text.matches(old.as_str()).count();
            if found != 1 {
                return Err(Stop::Failed(format!(
                    "leak `{}` replaces text that is in `{}` {found} times, not once: bring \
                     tests/leaks/{0}.leak up to date with the source\n{old}",
                    self.name,
                    path.display()
                )));
            }
            fs::write(&file, text.replacen(old.as_str(), new, 1)).map_err(failed)?;
        }
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn every_leak_can_still_be_planted() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let leaks = Leak::read_all(&root.join("tests/leaks")).unwrap();
        assert!(leaks.len() >= 10);
        for Leak { name, replacements } in leaks {
            for Replacement { path, old, .. } in replacements {
                let text = fs::read_to_string(root.join(&path)).unwrap();
                assert_eq!(text.matches(old.as_str()).count(), 1, "{name} in {}", path.display());
            }
        }
    }

    #[test]
    fn what_is_not_whole_is_refused() {
        for text in ["", "why\n=== a.rs\n", "<<<\nx\n---\ny\n>>>\n", "=== a.rs\n<<<\nx\n---\ny\n"] {
            assert!(Leak::parse("sample", text).is_err(), "{text}");
        }
        let leak = Leak::parse("sample", "why\n=== a.rs\n<<<\nx\n---\n>>>\n").unwrap();
        assert_eq!(leak.replacements[0].old, "x\n");
        assert_eq!(leak.replacements[0].new, "");
    }
}
