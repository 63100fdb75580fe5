//! What the tests and the programs call: a method that a row names is one that something runs.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};

/// The names of what is called, of methods and functions alike, with or without types: `name(…)`, `name::<…>(…)`.
pub(super) fn called(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    if let Ok(tokens) = text.parse() {
        collect(tokens, &mut found);
    }
    found
}

fn collect(tokens: TokenStream, found: &mut BTreeSet<String>) {
    let mut last: Option<Ident> = None;
    let mut colons = 0;
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let name = last.take().filter(|_| colons == 0 && group.delimiter() == Delimiter::Parenthesis);
                found.extend(name.map(|name| name.to_string()));
                collect(group.stream(), found);
                colons = 0;
            }
            TokenTree::Ident(name) => {
                last = Some(name);
                colons = 0;
            }
            TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
            TokenTree::Punct(punct) if punct.as_char() == '<' && colons == 2 => {
                found.extend(last.take().map(|name| name.to_string()));
                colons = 0;
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {
                last = None;
                colons = 0;
            }
        }
    }
}

#[test]
fn calls_are_told_from_names() {
    let text = r#"
        // commented(1)
        fn declared() {}
        const TEXT: &str = "quoted(1)";
        let x = plain(1).method().typed::<Integer, _>(inner(2)).field + module::path::function(named, Type::<u8> { x });
    "#;
    let called = called(text);
    for name in ["plain", "method", "typed", "inner", "function"] {
        assert!(called.contains(name), "{name}: {called:?}");
    }
    for name in ["commented", "quoted", "field", "module", "named", "x"] {
        assert!(!called.contains(name), "{name}: {called:?}");
    }
}
