//! Whether a file has a test of some name, by the file's tokens: a function alone is no proof, nor is a comment or
//! a test that is ignored.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};

/// Whether the file has a test of this name. Some are made by a macro of the file, from `name: …` or `name in …`.
pub(super) fn has_test(text: &str, name: &str) -> bool {
    let Ok(tokens) = text.parse::<TokenStream>() else { return false };
    let tests = tests(&tokens);
    // In the body of a macro the name of a test may be `$name`: what the macro is called with says which.
    tests.iter().any(|test| test == name) || (tests.iter().any(|test| test == "$") && is_made(&tokens, name))
}

/// The names of the functions that are tests and run; `$` for one that a macro names.
fn tests(tokens: &TokenStream) -> Vec<String> {
    let mut found = Vec::new();
    let mut attributes = Vec::new();
    let mut tokens = tokens.clone().into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '#' => {
                if let Some(TokenTree::Group(attribute)) =
                    tokens.next_if(|next| is_group(next, Delimiter::Bracket))
                {
                    attributes.push(attribute.stream());
                }
            }
            TokenTree::Ident(word) if word == "fn" => {
                if let Some(name) = tokens.next().filter(|_| is_run_as_test(&attributes)) {
                    found.push(name.to_string());
                }
                attributes.clear();
            }
            // `pub(crate)` and `async` stand between the attributes and the function.
            TokenTree::Ident(word) if word == "async" || word == "pub" => {}
            TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis => {
                found.extend(self::tests(&group.stream()));
            }
            TokenTree::Group(group) => {
                attributes.clear();
                found.extend(self::tests(&group.stream()));
            }
            _ => attributes.clear(),
        }
    }
    found
}

fn is_group(token: &TokenTree, delimiter: Delimiter) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == delimiter)
}

/// `#[test]`, `#[tokio::test]` and their like; nothing may keep the test from being run.
fn is_run_as_test(attributes: &[TokenStream]) -> bool {
    let path = |attribute: &TokenStream| {
        let tokens = attribute.clone().into_iter();
        let words = tokens.take_while(|token| !matches!(token, TokenTree::Group(_)));
        words.filter_map(ident).last()
    };
    let is_any =
        |name: &str| attributes.iter().any(|attribute| path(attribute).is_some_and(|word| word == name));
    is_any("test") && !is_any("ignore") && !is_any("cfg") && !is_any("cfg_attr")
}

fn ident(token: TokenTree) -> Option<Ident> {
    match token {
        TokenTree::Ident(ident) => Some(ident),
        _ => None,
    }
}

/// Whether a macro is called with `name: …` or `name in …`, outside every function.
fn is_made(tokens: &TokenStream, name: &str) -> bool {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let is_word = |token: &TokenTree, word: &str| matches!(token, TokenTree::Ident(ident) if ident == word);
    let is_punct =
        |token: &TokenTree, char| matches!(token, TokenTree::Punct(punct) if punct.as_char() == char);
    let calls = tokens
        .windows(3)
        .filter(|window| matches!(window[0], TokenTree::Ident(_)) && is_punct(&window[1], '!'));
    calls
        .filter_map(|window| match &window[2] {
            TokenTree::Group(group) => Some(group.stream().into_iter().collect::<Vec<_>>()),
            _ => None,
        })
        .any(|inside| {
            let mut pairs = inside.windows(2);
            pairs.any(|pair| is_word(&pair[0], name) && (is_punct(&pair[1], ':') || is_word(&pair[1], "in")))
        })
}

#[test]
fn a_test_is_known_by_its_attribute() {
    for text in [
        "#[test] fn proof() {}",
        "#[tokio::test] async fn proof() {}",
        "/// Says why.\n#[tokio::test(flavor = \"multi_thread\")]\n#[allow(dead_code, reason = \"x\")]\nasync fn proof() {}",
        "mod inside { #[test] pub(crate) fn proof() {} }",
        "macro_rules! tests { ($name:ident) => { mod $name { #[test] fn proof() {} } } }",
        "macro_rules! tests { ($($name:ident: $x:expr;)*) => {$(#[test] fn $name() {})*} } tests! { proof: 1; }",
        "macro_rules! tests { ($($name:ident in $x:ty)*) => {$(#[test] fn $name() {})*} } tests! { other in i32 proof in u8 }",
    ] {
        assert!(has_test(text, "proof"), "{text}");
    }
}

#[test]
fn what_does_not_run_is_no_test() {
    for text in [
        "",
        "fn proof() {}",
        "async fn proof() {}",
        "#[test] fn another() {} fn proof() {}",
        "#[test] #[ignore] fn proof() {}",
        "#[test] #[ignore = \"slow\"] fn proof() {}",
        "#[cfg(never)] #[test] fn proof() {}",
        "#[cfg_attr(any(), ignore)] #[test] fn proof() {}",
        "// #[test] fn proof() {}",
        "/* #[test] fn proof() {} */",
        "const TEXT: &str = \"#[test] fn proof() {}\";",
        "#[test] const X: u8 = 1; fn proof() {}",
        "struct Record { proof: u8 }",
        "macro_rules! tests { ($($name:ident: $x:expr;)*) => {$(fn $name() {})*} } tests! { proof: 1; }",
        "macro_rules! tests { ($($name:ident: $x:expr;)*) => {$(#[test] fn $name() {})*} } tests! { other: 1; }",
        "macro_rules! tests { ($($name:ident: $x:expr;)*) => {$(#[test] fn $name() {})*} } struct Record { proof: u8 }",
    ] {
        assert!(!has_test(text, "proof"), "{text}");
    }
}
