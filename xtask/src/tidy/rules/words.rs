//! What no Rust source here may say.

use crate::tidy::Finding;
use crate::tidy::source::{Token, tokens};
use crate::tidy::tree::Tree;

/// Macros by name, without the `!`, and what to do instead.
const MACROS: [(&str, &str); 3] = [
    ("todo", "finish it, or leave the item out"),
    ("unimplemented", "return an error that says what is not supported"),
    ("dbg", "remove it, or use `tracing`"),
];
/// The keyword, and what to do instead.
const KEYWORD: (&str, &str) =
    ("unsafe", "this repository has none: find the safe way, or a crate that has it");

/// None of the macros is called and the keyword is not used. Comments and literals may name them.
pub(in crate::tidy) fn no_banned_words(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.with("rs") {
        let tokens = tokens(&file.code);
        for (at, (line, token)) in tokens.iter().enumerate() {
            let Token::Word(word) = *token else { continue };
            let mark = |offset: usize| tokens.get(at + offset).map(|(_, token)| *token);
            // `x != y` has the same two tokens at first.
            let called = mark(1) == Some(Token::Mark('!')) && mark(2) != Some(Token::Mark('='));
            let banned = MACROS.iter().find(|(name, _)| *name == word && called);
            if let Some((name, advice)) = banned {
                findings.push(Finding::new(&file.path, *line, format!("`{name}!`: {advice}")));
            } else if word == KEYWORD.0 {
                findings.push(Finding::new(&file.path, *line, format!("`{word}`: {}", KEYWORD.1)));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<usize> {
        no_banned_words(&Tree::of(&[("a.rs", text)])).into_iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn calls_and_blocks_are_found() {
        assert_eq!(lines("fn f() {\n    todo!()\n}\nfn g() { std::dbg! (1); }\n"), [2, 4]);
        assert_eq!(lines("unimplemented!(\"later\");\nunsafe { f() }\nunsafe fn f() {}\n"), [1, 2, 3]);
    }

    #[test]
    fn prose_names_and_comparisons_are_not() {
        assert!(lines("// todo!() unsafe { }\n/* dbg!(1) */ let s = \"todo!() unsafe {\";\n").is_empty());
        assert!(lines("#![forbid(unsafe_code)]\nif todo != dbg { my_todo!() }\nlet todo = 1;\n").is_empty());
    }
}
