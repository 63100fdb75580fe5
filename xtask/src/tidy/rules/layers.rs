//! The rooms of `tenancy/src` and who may name whom: one direction, so that a room can be read alone.

use std::path::Path;

use crate::tidy::Finding;
use crate::tidy::source::{Token, tokens};
use crate::tidy::tree::Tree;

/// Where the rooms are.
const SOURCE: &str = "tenancy/src";

/// Each room, and the rooms it may name.
const ROOMS: [(&str, May); 17] = [
    ("tenant", May::Name(&[])),
    ("context", May::Name(&["tenant"])),
    ("query", May::Name(&["tenant", "context"])),
    ("db", May::Name(&["tenant", "context", "query"])),
    ("redis_link", May::Name(&[])),
    ("store", May::Name(&["tenant", "db", "redis_link"])),
    ("limit", May::Name(&["tenant", "db", "redis_link", "store"])),
    ("seal", May::Name(&["tenant", "db", "store"])),
    ("audit", May::Name(&["tenant", "context", "db", "store", "resolve"])),
    ("isolation", May::Name(&["tenant", "context", "query", "db", "migrate"])),
    ("migrate", May::Name(&["tenant", "context", "db", "isolation"])),
    ("resolve", May::Name(&["tenant"])),
    (
        "config",
        May::Name(&[
            "tenant",
            "audit",
            "context",
            "db",
            "query",
            "store",
            "limit",
            "seal",
            "isolation",
            "migrate",
            "resolve",
            "tenancy",
        ]),
    ),
    ("tenancy", May::Everything),
    (
        "lifecycle",
        May::Name(&[
            "tenant",
            "audit",
            "context",
            "db",
            "store",
            "isolation",
            "migrate",
            "config",
            "tenancy",
        ]),
    ),
    ("web", May::Everything),
    ("testing", May::Everything),
];

/// What every room may name at the crate's root: these words, and words that begin with these prefixes.
const EVERYBODY: [&str; 1] = ["error"];
const EVERYBODY_PREFIXES: [&str; 1] = ["Tenancy"];

/// Crates that one room alone may name.
const ONE_ROOM_ONLY: [(&str, &str); 1] = [("actix_web", "web")];

/// What a room may name.
#[derive(Clone, Copy)]
enum May {
    Name(&'static [&'static str]),
    Everything,
}

/// Every room names only what the table allows, through `crate::` or a chain of `super::`. Files that
/// lie directly in the source directory and are no room (`lib.rs`, `prelude.rs`) may name every room.
pub(in crate::tidy) fn rooms_keep_their_layers(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.with("rs") {
        let Ok(inside) = file.path.strip_prefix(SOURCE) else { continue };
        let room = room_of(inside);
        let tokens = tokens(&file.code);
        let mut report = |line: usize, what: String| findings.push(Finding::new(&file.path, line, what));

        for (line, token) in &tokens {
            let owner = ONE_ROOM_ONLY.iter().find(|(krate, _)| *token == Token::Word(krate));
            if let Some((krate, owner)) = owner.filter(|(_, owner)| room != Some(*owner)) {
                report(*line, format!("only the room `{owner}` names `{krate}`: move this there"));
            }
        }

        let Some(room) = room else { continue };
        let Some((_, may)) = ROOMS.iter().find(|(name, _)| *name == room) else {
            report(1, format!("`{room}` is not in the table of rooms: add it to ROOMS in {}", file!()));
            continue;
        };
        let May::Name(allowed) = may else { continue };
        for (line, name) in named_at_root(&tokens, depth_of(inside)) {
            let free =
                EVERYBODY.contains(&name) || EVERYBODY_PREFIXES.iter().any(|start| name.starts_with(start));
            if name == room || free || allowed.contains(&name) {
                continue;
            }
            let is_room = ROOMS.iter().any(|(known, _)| *known == name);
            report(
                line,
                if is_room {
                    format!("`{room}` may not name `{name}`: turn the dependency round, or move the code")
                } else {
                    format!("`{name}` at the crate's root hides its room: name the room it comes from")
                },
            );
        }
    }
    findings
}

/// `query` for `query/scope.rs` and for `query.rs`; none for a file at the top that is no known room.
fn room_of(inside: &Path) -> Option<&str> {
    let mut components = inside.components();
    let first = components.next()?.as_os_str().to_str()?;
    if components.next().is_some() {
        return Some(first);
    }
    let stem = first.strip_suffix(".rs")?;
    ROOMS.iter().any(|(name, _)| *name == stem).then_some(stem)
}

/// How many `super` lead from a file to the crate's root.
fn depth_of(inside: &Path) -> usize {
    let is_face = inside.file_name().is_some_and(|name| name == "mod.rs");
    inside.components().count() - usize::from(is_face)
}

/// The names taken from the crate's root, with their lines; `*` for all of them.
fn named_at_root<'a>(tokens: &[(usize, Token<'a>)], depth: usize) -> Vec<(usize, &'a str)> {
    let mut names = Vec::new();
    let mut braces = 0_usize;
    // The brace depth inside each inline module that is open: each needs one `super` more.
    let mut modules = Vec::new();
    let token = |at: usize| tokens.get(at).map(|(_, token)| *token);
    let colons = |at: usize| token(at) == Some(Token::Mark(':')) && token(at + 1) == Some(Token::Mark(':'));
    let mut at = 0;
    while let Some(current) = token(at) {
        match current {
            Token::Mark('{') => {
                braces += 1;
                let opens_module = at >= 2 && token(at - 2) == Some(Token::Word("mod"));
                if opens_module && matches!(token(at - 1), Some(Token::Word(_))) {
                    modules.push(braces);
                }
            }
            Token::Mark('}') => {
                modules.pop_if(|module| *module == braces);
                braces = braces.saturating_sub(1);
            }
            Token::Word("crate") if colons(at + 1) => names_after(tokens, at + 3, &mut names),
            Token::Word("super") if colons(at + 1) => {
                let mut supers = 1;
                while token(at + 3) == Some(Token::Word("super")) && colons(at + 4) {
                    (supers, at) = (supers + 1, at + 3);
                }
                if supers == depth + modules.len() {
                    names_after(tokens, at + 3, &mut names);
                }
            }
            _ => {}
        }
        at += 1;
    }
    names
}

/// The first words of the path or of the group `{a::b, c}` that begins at `at`.
fn names_after<'a>(tokens: &[(usize, Token<'a>)], at: usize, names: &mut Vec<(usize, &'a str)>) {
    let mut depth = 0_usize;
    let mut expected = true;
    for (line, token) in tokens.iter().skip(at) {
        match token {
            Token::Word("self") if expected => expected = false,
            Token::Word(word) if expected => {
                names.push((*line, word));
                expected = false;
            }
            Token::Mark('*') if expected => names.push((*line, "*")),
            Token::Mark('{') => depth += 1,
            Token::Mark('}') => depth = depth.saturating_sub(1),
            Token::Mark(',') if depth == 1 => expected = true,
            _ => {}
        }
        if depth == 0 {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<(usize, String)> {
        let tree = Tree::of(&[(path, text)]);
        rooms_keep_their_layers(&tree).into_iter().map(|finding| (finding.line, finding.what)).collect()
    }

    fn lines(path: &str, text: &str) -> Vec<usize> {
        found(path, text).into_iter().map(|(line, _)| line).collect()
    }

    #[test]
    fn what_the_table_allows_passes() {
        let text = "use crate::tenant::Tenant;\nuse crate::{context, error::Error, TenancyError};\n\
                    use crate::query::scope;\npub(crate) fn f() -> crate::Tenancy { g::<crate::tenant::Id>() }\n\
                    // crate::web is only named\n";
        assert!(found("tenancy/src/query/from.rs", text).is_empty());
        assert!(
            found("tenancy/src/web/mod.rs", "use actix_web::web;\nuse crate::lifecycle::register;\n")
                .is_empty()
        );
        assert!(found("tenancy/src/lib.rs", "pub use crate::web::Middleware;\n").is_empty());
        assert!(found("tenancy-cli/src/main.rs", "use crate::web; use actix_web::App;").is_empty());
    }

    #[test]
    fn back_edges_are_found() {
        assert_eq!(lines("tenancy/src/tenant/id.rs", "\nuse crate::db::Pool;\n"), [2]);
        assert_eq!(lines("tenancy/src/tenant.rs", "use crate::context;\n"), [1]);
        let group =
            "use crate::{\n    tenant::{Tenant, db},\n    web::{self, x},\n    error,\n    store,\n};\n";
        assert_eq!(lines("tenancy/src/query/mod.rs", group), [3, 5]);
        assert_eq!(lines("tenancy/src/db/pool.rs", "fn f() -> crate::web::X { crate::store::Y }\n"), [1, 1]);
    }

    #[test]
    fn the_root_hides_rooms() {
        let found = found("tenancy/src/db/pool.rs", "use crate::Tenant;\nuse crate::*;\n");
        assert_eq!(found.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 2]);
        assert!(found[0].1.contains("hides its room"), "{}", found[0].1);
    }

    #[test]
    fn super_is_no_way_round() {
        assert_eq!(lines("tenancy/src/tenant/mod.rs", "use super::db;\n"), [1]);
        assert_eq!(
            lines("tenancy/src/tenant/id.rs", "use super::slug;\nuse super::super::{db, error};\n"),
            [2]
        );
        let tests = "fn f() { x(); }\nmod tests {\n    use super::super::slug;\n    use super::super::super::db;\n}\n\
                     use super::super::db;\n";
        assert_eq!(lines("tenancy/src/tenant/id.rs", tests), [4, 6]);
    }

    #[test]
    fn actix_belongs_to_web_and_rooms_to_the_table() {
        assert_eq!(lines("tenancy/src/resolve/mod.rs", "\nuse actix_web::HttpRequest;\n"), [2]);
        assert_eq!(lines("tenancy/src/lib.rs", "pub use actix_web;\n"), [1]);
        let found = found("tenancy/src/cellar/mod.rs", "");
        assert!(found[0].1.contains("`cellar` is not in the table"), "{}", found[0].1);
    }

    #[test]
    fn the_table_names_only_rooms_it_has() {
        for (room, may) in ROOMS {
            let May::Name(allowed) = may else { continue };
            for name in allowed {
                assert!(
                    ROOMS.iter().any(|(known, _)| known == name),
                    "{room} may name {name}, which is no room"
                );
            }
        }
    }
}
