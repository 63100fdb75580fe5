//! What the resolvers make of requests: a table for each. A row names the threat whose requirement it shows, by its number
//! in docs/resolution.md.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod chain;
mod cookie;
mod domain;
mod forwarded;
mod header;
mod links;
mod path;
mod problems;
mod query;
mod subdomain;

use std::collections::HashSet;

use futures_util::FutureExt;

use super::{Found, RequestHead, Resolution, TenantName, TenantResolver};

/// No threat: how it works.
const PLAIN: u8 = 0;
/// Two things that say different tenants, headers that anybody can write, hosts that look like others.
const SPOOFED: u8 = 12;
/// Paths that others read differently.
const TRICKED: u8 = 13;

/// A threat, a request, and what a resolver makes of it.
type Row<'a> = (u8, &'a str, &'a str);

/// Every row, and that there are as many different ones as are asked for.
fn check(resolver: &dyn TenantResolver, at_least: usize, rows: &[Row<'_>]) {
    assert_eq!(resolver.problems(), [""; 0]);
    let wrong: Vec<String> = rows
        .iter()
        .filter_map(|(threat, request, expected)| {
            let answer = answer(resolver, request);
            (answer != *expected)
                .then(|| format!("threat {threat}: {request:?}: `{answer}`, not `{expected}`"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let different: HashSet<&str> = rows.iter().map(|(_, request, _)| *request).collect();
    assert_eq!(different.len(), rows.len(), "a row is there twice");
    assert!(rows.len() >= at_least, "{} rows", rows.len());
}

/// `acme /orders` where that tenant is found and that is left of the path; `@acme.com` for one by its host; `-` for nothing;
/// `!code` for a refusal.
fn answer(resolver: &dyn TenantResolver, request: &str) -> String {
    let request = Written::new(request);
    match resolver.resolve(&request.head()).now_or_never().unwrap() {
        Resolution::Found(found) => written(&found),
        Resolution::Nothing => "-".to_owned(),
        Resolution::Refused(refusal) => format!("!{}", refusal.code()),
    }
}

fn written(found: &Found) -> String {
    let name = |name: &TenantName| match name {
        TenantName::Identifier(identifier) => identifier.to_string(),
        TenantName::Domain(domain) => format!("@{domain}"),
    };
    let names: Vec<String> = found.names().map(name).collect();
    let names = names.join("+");
    found.remainder().map_or(names.clone(), |remainder| format!("{names} {remainder}"))
}

/// A request as a row has it: lines of `Name: value`, of a target, and of `:authority`, `:peer` and `:tls`. A `ÿ` is the
/// byte FF.
struct Written {
    headers: Vec<(String, Vec<u8>)>,
    target: String,
    authority: Option<String>,
    peer: Option<String>,
    is_tls: bool,
}

impl Written {
    fn new(text: &str) -> Self {
        let mut request =
            Self { headers: Vec::new(), target: "/".to_owned(), authority: None, peer: None, is_tls: false };
        for line in text.split('\n') {
            if line.starts_with(['/', '*', '?']) {
                request.target = line.to_owned();
            } else if line == ":tls" {
                request.is_tls = true;
            } else if let Some(authority) = line.strip_prefix(":authority ") {
                request.authority = Some(authority.to_owned());
            } else if let Some(peer) = line.strip_prefix(":peer ") {
                request.peer = Some(peer.to_owned());
            } else if let Some((name, value)) = line.split_once(':') {
                let value = value.strip_prefix(' ').unwrap_or(value);
                let bytes = value.chars().flat_map(|c| match c {
                    'ÿ' => vec![0xff],
                    c => c.to_string().into_bytes(),
                });
                request.headers.push((name.to_owned(), bytes.collect()));
            } else {
                assert_eq!(line, "", "a line of no kind");
            }
        }
        request
    }

    fn head(&self) -> RequestHead<'_> {
        let (path, query) = self.target.split_once('?').unwrap_or((&self.target, ""));
        RequestHead::new(&self.headers, path)
            .with_query(query)
            .with_authority(self.authority.as_deref())
            .with_peer(self.peer.as_ref().map(|peer| peer.parse().unwrap()))
            .with_tls(self.is_tls)
    }
}
