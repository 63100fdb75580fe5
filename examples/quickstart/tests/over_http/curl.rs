//! Reads a `curl` line the way a shell and curl do, for the options the README uses.

use crate::app::App;
use crate::http::Response;

#[derive(Debug, Default)]
pub(crate) struct Curl {
    method: Option<String>,
    url: String,
    headers: Vec<String>,
    body: Option<String>,
}

impl Curl {
    pub(crate) fn parse(line: &str) -> Self {
        let mut words = words(line).into_iter();
        assert_eq!(words.next().as_deref(), Some("curl"), "{line}");
        let mut curl = Self::default();
        while let Some(word) = words.next() {
            let mut value = || words.next().unwrap_or_else(|| panic!("`{word}` wants a value: {line}"));
            match word.as_str() {
                "-X" => curl.method = Some(value()),
                "-H" => curl.headers.push(value()),
                "-d" => curl.body = Some(value()),
                option if option.starts_with('-') => panic!("teach this test `{option}`: {line}"),
                url => curl.url = url.to_owned(),
            }
        }
        curl
    }

    /// The path in the address, which must be one of the quickstart's.
    pub(crate) fn path(&self) -> &str {
        let rest = self.url.strip_prefix("localhost:8080").unwrap_or_else(|| panic!("{self:?}"));
        if rest.is_empty() { "/" } else { rest }
    }

    pub(crate) fn send(&self, app: &App) -> Response {
        let body = self.body.as_deref();
        let method = self.method.as_deref().unwrap_or(if body.is_some() { "POST" } else { "GET" });
        let headers: Vec<&str> = self.headers.iter().map(String::as_str).collect();
        app.send(method, self.path(), &headers, body.unwrap_or_default())
    }
}

/// Words between spaces; what is in single quotes stays together.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (index, part) in line.split('\'').enumerate() {
        if index % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}
