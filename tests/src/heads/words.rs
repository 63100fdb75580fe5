//! What heads are made of.

use std::io;
use std::path::Path;

use proc_macro2::{LexError, TokenStream, TokenTree};
use syn::Lit;

/// What resolvers look for, and what attackers write.
pub const PIECES: [&str; 52] = [
    "acme",
    "globex",
    "acme",
    "ACME",
    "xn--",
    "xn--mnchen-3ya",
    "münchen",
    "ab",
    "tenant",
    "tenant=",
    "tenant=acme",
    "tenants",
    "/tenants/",
    "/tenants/acme",
    "/",
    "//",
    "\\",
    ".",
    "..",
    "/../",
    "%2e",
    "%2E%2e",
    "%2f",
    "%5C",
    "%00",
    "%25",
    "%61cme",
    "%",
    "\0",
    "\n",
    "\u{1e}",
    "\u{1e}",
    "\u{1e}",
    ".app.example.com",
    "acme.app.example.com",
    "localhost",
    "acme.com",
    ":80",
    ":",
    "@",
    "[::1]",
    "127.0.0.1",
    "host=",
    "proto=https",
    "for=\"",
    "\"",
    ";",
    ",",
    "&",
    "=",
    " ",
    "\t",
];

/// What stands where it belongs.
pub const VALUES: [&str; 10] = [
    "acme",
    "globex",
    "tenant=acme",
    "tenant=globex",
    "acme.app.example.com",
    "ab.app.example.com",
    "app.example.com",
    "acme.com",
    "host=acme.app.example.com",
    "https",
];

/// The tables of the resolvers' own tests, by their folders in the repository.
const TABLES: [&str; 2] = ["tenancy/src/resolve/tests", "tenancy/src/resolve/jwt/tests"];

/// Every text that stands in the tables of the resolvers' own tests.
///
/// # Errors
/// When a file cannot be read, or is no Rust.
pub fn of_the_tables() -> io::Result<Vec<Vec<u8>>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut words = Vec::new();
    for folder in TABLES {
        for entry in std::fs::read_dir(root.join(folder))? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "rs") {
                let tokens = std::fs::read_to_string(&path)?
                    .parse()
                    .map_err(|error: LexError| io::Error::other(error.to_string()))?;
                collect(tokens, &mut words);
            }
        }
    }
    words.sort_unstable();
    words.dedup();
    Ok(words)
}

fn collect(tokens: TokenStream, words: &mut Vec<Vec<u8>>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => collect(group.stream(), words),
            TokenTree::Literal(literal) => match Lit::new(literal) {
                Lit::Str(text) => words.push(text.value().into_bytes()),
                Lit::ByteStr(bytes) => words.push(bytes.value()),
                _ => {}
            },
            _ => {}
        }
    }
}
