//! Rust source as the rules see it: without comments and literals, and as tokens.

/// Blanks comments, strings and characters, and keeps every line where it is.
pub(super) fn code_only(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut code = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        match end_of_prose(&chars, at) {
            Some(end) => {
                let end = end.min(chars.len());
                code.extend(chars[at..end].iter().map(|c| if *c == '\n' { '\n' } else { ' ' }));
                at = end;
            }
            None => {
                code.push(chars[at]);
                at += 1;
            }
        }
    }
    code
}

/// Where the comment or literal that begins at `at` ends, if one begins there.
fn end_of_prose(chars: &[char], at: usize) -> Option<usize> {
    let next = chars.get(at + 1).copied();
    match chars[at] {
        '/' if next == Some('/') => Some(find(chars, at, &['\n'])),
        '/' if next == Some('*') => Some(end_of_block(chars, at)),
        '"' => Some(end_of_quoted(chars, at + 1, '"')),
        '\'' if next == Some('\\') => Some(end_of_quoted(chars, at + 1, '\'')),
        // `'a'` is a character, `'a` a lifetime.
        '\'' if chars.get(at + 2) == Some(&'\'') => Some(at + 3),
        'r' | 'b' | 'c' if at == 0 || !is_word(chars[at - 1]) => end_of_raw(chars, at),
        _ => None,
    }
}

fn find(chars: &[char], from: usize, what: &[char]) -> usize {
    let rest = &chars[from..];
    rest.windows(what.len()).position(|window| window == what).map_or(chars.len(), |offset| from + offset)
}

fn end_of_block(chars: &[char], at: usize) -> usize {
    let (mut depth, mut at) = (0_usize, at);
    while at < chars.len() {
        match (chars[at], chars.get(at + 1)) {
            ('/', Some('*')) => (depth, at) = (depth + 1, at + 2),
            ('*', Some('/')) if depth <= 1 => return at + 2,
            ('*', Some('/')) => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
    }
    at
}

fn end_of_quoted(chars: &[char], mut at: usize, quote: char) -> usize {
    while at < chars.len() && chars[at] != quote {
        at += if chars[at] == '\\' { 2 } else { 1 };
    }
    at + 1
}

/// `r"…"`, `br#"…"#`, `cr"…"`; other strings begin at their quote, and `r#type` is a word.
fn end_of_raw(chars: &[char], at: usize) -> Option<usize> {
    let at = if chars[at] == 'r' { at } else { at + 1 };
    let hashes = chars.get(at).filter(|c| **c == 'r').map(|_| &chars[at + 1..])?;
    let count = hashes.iter().take_while(|c| **c == '#').count();
    let open = at + 1 + count;
    chars.get(open).filter(|c| **c == '"')?;
    let mut close = vec!['"'];
    close.resize(count + 1, '#');
    Some(find(chars, open + 1, &close) + close.len())
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// A word, or any other single character that is no space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    Word(&'a str),
    Mark(char),
}

/// The tokens of blanked code, each with its line, counted from 1.
pub(super) fn tokens(code: &str) -> Vec<(usize, Token<'_>)> {
    let mut tokens = Vec::new();
    for (number, line) in code.lines().enumerate() {
        let mut rest = line.trim_start();
        while let Some(first) = rest.chars().next() {
            let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            let (token, length) = match length {
                0 => (Token::Mark(first), first.len_utf8()),
                _ => (Token::Word(&rest[..length]), length),
            };
            tokens.push((number + 1, token));
            rest = rest[length..].trim_start();
        }
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is left, with runs of spaces made one.
    fn left(text: &str) -> String {
        code_only(text).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn comments_go() {
        assert_eq!(left("a // b\nc /* d /* e */ f */ g"), "a c g");
        assert_eq!(left("/// doc\n//! doc\nx /* open"), "x");
    }

    #[test]
    fn strings_go() {
        assert_eq!(left(r#"a("b \" c // d", e)"#), "a( , e)");
        assert_eq!(left(r####"a(r#"b " c"#, br"d\", b"e", cr##"f"# "##, g)"####), "a( , , b , , g)");
        assert_eq!(left("r#type bar\"x\""), "r#type bar");
    }

    #[test]
    fn characters_go_and_lifetimes_stay() {
        assert_eq!(left(r"f('a', '\'', '\u{1F}', b'x', '/', 'ß')"), "f( , , , b , , )");
        assert_eq!(left("fn f<'a>(x: &'a str, y: &'static str)"), "fn f<'a>(x: &'a str, y: &'static str)");
    }

    #[test]
    fn lines_stay_where_they_are() {
        let text = "a\n\"b\nc\"\n/* d\ne */ f";
        assert_eq!(code_only(text).lines().count(), text.lines().count());
        assert_eq!(tokens(&code_only(text)), [(1, Token::Word("a")), (5, Token::Word("f"))]);
    }

    #[test]
    fn unfinished_text_is_no_panic() {
        for text in ["\"", "\"\\", "'\\", "r#\"", "/*", "'", "b", "r", "br", ""] {
            code_only(text);
        }
    }
}
