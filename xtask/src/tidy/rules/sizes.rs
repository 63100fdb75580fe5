//! A file holds one concern.

use crate::tidy::Finding;
use crate::tidy::tree::Tree;

/// In lines, blank ones and comments included.
const LONGEST: usize = 400;

/// No Rust file is longer than [`LONGEST`].
pub(in crate::tidy) fn no_long_files(tree: &Tree) -> Vec<Finding> {
    let long = |text: &str| Some(text.lines().count()).filter(|lines| *lines > LONGEST);
    tree.with("rs")
        .filter_map(|file| Some((file, long(&file.text)?)))
        .map(|(file, lines)| {
            let what = format!("{lines} lines: split the file by concern, {LONGEST} lines are the limit");
            Finding::new(&file.path, LONGEST + 1, what)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_itself_is_allowed() {
        let (fits, long) = ("x\n".repeat(LONGEST), "x\n".repeat(LONGEST + 1));
        let tree = Tree::of(&[("a.rs", fits.as_str()), ("b.rs", long.as_str()), ("c.md", long.as_str())]);
        let found = no_long_files(&tree);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].path.to_str(), Some("b.rs"));
    }
}
