//! Whitespace that no diff should ever be about.

use crate::tidy::Finding;
use crate::tidy::tree::Tree;

/// No tabs, no spaces at a line's end, one newline at the file's end.
pub(in crate::tidy) fn is_clean(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &tree.files {
        for (number, line) in file.text.split('\n').enumerate() {
            if line.contains('\t') {
                findings.push(Finding::new(&file.path, number + 1, "replace the tab with spaces"));
            }
            if line.ends_with(char::is_whitespace) {
                findings.push(Finding::new(
                    &file.path,
                    number + 1,
                    "remove the whitespace at the line's end",
                ));
            }
        }
        let last = file.text.split('\n').count();
        if !file.text.is_empty() && !file.text.ends_with('\n') {
            findings.push(Finding::new(&file.path, last, "end the file with a newline"));
        } else if file.text.ends_with("\n\n") || file.text == "\n" {
            findings.push(Finding::new(&file.path, last - 1, "remove the empty lines at the file's end"));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<usize> {
        is_clean(&Tree::of(&[("a.sql", text)])).into_iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn clean_text_passes() {
        assert!(lines("").is_empty());
        assert!(lines("a\n\n  b\n").is_empty());
    }

    #[test]
    fn each_blemish_is_found_on_its_line() {
        assert_eq!(lines("a\n\tb\n"), [2]);
        assert_eq!(lines("a \nb\r\n"), [1, 2]);
        assert_eq!(lines("a\nb"), [2]);
        assert_eq!(lines("a\n\n"), [2]);
    }
}
