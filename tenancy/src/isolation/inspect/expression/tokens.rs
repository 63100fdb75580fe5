//! An expression as PostgreSQL writes it back, in words.

/// A word of SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// A name or a keyword; what stood in double quotes is no keyword, but the deparser quotes what would be one.
    Word(String),
    Text(String),
    Mark(String),
}

impl Token {
    pub(super) fn is(&self, word: &str) -> bool {
        match self {
            Self::Word(text) => text.eq_ignore_ascii_case(word),
            Self::Mark(text) => text == word,
            Self::Text(_) => false,
        }
    }
}

/// Takes a text apart. What is no SQL comes out as marks, and means nothing to anybody.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    const SINGLE: &str = "()[],;.";
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, after) = if first == '\'' {
            let (text, after) = quoted(&rest[1..], '\'', false);
            (Token::Text(text), after)
        } else if first == '"' {
            let (text, after) = quoted(&rest[1..], '"', false);
            (Token::Word(text), after)
        } else if let Some(rest) = rest.strip_prefix("E'") {
            let (text, after) = quoted(rest, '\'', true);
            (Token::Text(text), after)
        } else if first.is_alphanumeric() || first == '_' {
            let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'));
            let (word, after) = rest.split_at(end.unwrap_or(rest.len()));
            (Token::Word(word.to_owned()), after)
        } else if SINGLE.contains(first) {
            let (mark, after) = rest.split_at(first.len_utf8());
            (Token::Mark(mark.to_owned()), after)
        } else {
            let is_operator = |c: char| "+-*/<>=~!@#%^&|`?:".contains(c);
            let end = rest.find(|c| !is_operator(c)).unwrap_or(rest.len()).max(first.len_utf8());
            let (mark, after) = rest.split_at(end);
            (Token::Mark(mark.to_owned()), after)
        };
        tokens.push(token);
        rest = after.trim_start();
    }
    tokens
}

fn quoted(text: &str, quote: char, escapes: bool) -> (String, &str) {
    let mut content = String::new();
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        let after = &text[at + letter.len_utf8()..];
        if letter == '\\' && escapes {
            content.extend(letters.next().map(|(_, letter)| letter));
        } else if letter != quote {
            content.push(letter);
        } else if after.starts_with(quote) {
            content.push(quote);
            letters.next();
        } else {
            return (content, after);
        }
    }
    (content, "")
}

/// Without parentheses around all of it, casts of all of it, and a SELECT that only gives it.
pub(super) fn bare(mut tokens: &[Token]) -> &[Token] {
    loop {
        let before = tokens.len();
        if let [open, inner @ .., close] = tokens
            && open.is("(")
            && close.is(")")
            && closes_at(tokens) == Some(tokens.len() - 1)
        {
            tokens = inner;
        }
        if let Some(cast) = top(tokens).rev().find(|at| tokens[*at].is("::"))
            && only_a_type(&tokens[cast + 1..])
            && top(&tokens[..cast]).all(|at| !is_operator(&tokens[at]))
        {
            tokens = &tokens[..cast];
        }
        if let [select, inner @ ..] = tokens
            && select.is("SELECT")
            && top(inner).all(|at| !["FROM", "WHERE", ","].iter().any(|word| inner[at].is(word)))
        {
            let end = top(inner).find(|at| inner[*at].is("AS")).unwrap_or(inner.len());
            tokens = &inner[..end];
        }
        if tokens.len() == before {
            return tokens;
        }
    }
}

/// The parts between the word at the outermost level.
pub(super) fn split<'a>(tokens: &'a [Token], word: &str) -> Vec<&'a [Token]> {
    let mut parts = Vec::new();
    let mut from = 0;
    for at in top(tokens).filter(|at| tokens[*at].is(word)) {
        parts.push(&tokens[from..at]);
        from = at + 1;
    }
    parts.push(&tokens[from..]);
    parts
}

/// The places outside all parentheses.
fn top(tokens: &[Token]) -> std::vec::IntoIter<usize> {
    let mut depth = 0_usize;
    let mut places = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        if token.is(")") || token.is("]") {
            depth = depth.saturating_sub(1);
        }
        if depth == 0 {
            places.push(at);
        }
        if token.is("(") || token.is("[") {
            depth += 1;
        }
    }
    places.into_iter()
}

/// Where the parenthesis that comes first is closed.
fn closes_at(tokens: &[Token]) -> Option<usize> {
    let mut depth = 0_usize;
    tokens.iter().position(|token| {
        depth += usize::from(token.is("("));
        depth = depth.saturating_sub(usize::from(token.is(")")));
        depth == 0
    })
}

fn only_a_type(tokens: &[Token]) -> bool {
    !tokens.is_empty()
        && tokens.iter().all(|token| match token {
            Token::Word(_) => !is_operator(token),
            Token::Mark(mark) => ["(", ")", "[", "]", ",", "."].contains(&&**mark),
            Token::Text(_) => false,
        })
}

fn is_operator(token: &Token) -> bool {
    match token {
        Token::Word(_) => ["AND", "OR", "NOT", "IS", "IN", "LIKE", "BETWEEN", "COLLATE", "SELECT"]
            .iter()
            .any(|word| token.is(word)),
        Token::Mark(mark) => !["(", ")", "[", "]", ".", "::"].contains(&&**mark),
        Token::Text(_) => false,
    }
}
