//! `tenancy resolve`.

use std::io::{BufRead as _, Write as _};
use std::net::IpAddr;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Value, json};
use tenancy::resolve::{RequestHead, Resolution, ResolveConfig, ResolveError, TenantName, TenantResolver};

use crate::{Done, FOUND};

/// The part of the file that is ours.
#[derive(Deserialize)]
struct File {
    resolve: ResolveConfig,
}

/// A request without its body.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    #[serde(default)]
    method: Option<String>,
    path: String,
    #[serde(default)]
    headers: Vec<(String, String)>,
    peer: Option<IpAddr>,
    /// The host in the request's target, as HTTP/2 has it.
    authority: Option<String>,
    #[serde(default)]
    tls: bool,
}

pub(crate) async fn run(config: &Path) -> Done {
    let resolver = resolver(config)?;
    let (mut input, mut output) = (std::io::stdin().lock(), std::io::stdout().lock());
    let (mut line, mut are_all_found) = (Vec::new(), true);
    loop {
        line.clear();
        if input.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        let answer = match serde_json::from_slice(&line) {
            Ok(request) => answer(&*resolver, &request).await,
            Err(error) => json!({ "error": "input", "problem": problem(&error) }),
        };
        are_all_found &= answer.get("error").is_none();
        writeln!(output, "{answer}")?;
    }
    Ok((String::new(), if are_all_found { 0 } else { FOUND }))
}

fn resolver(config: &Path) -> Result<Box<dyn TenantResolver>, Box<dyn std::error::Error>> {
    let name = config.display();
    let text =
        std::fs::read_to_string(config).map_err(|error| format!("`{name}` cannot be read: {error}"))?;
    // The error's own text shows the line, which may hold a secret.
    let file: File = toml::from_str(&text).map_err(|error| {
        let line =
            error.span().map_or(0, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
        format!("`{name}`, line {line}: {}", without_value(error.message()))
    })?;
    let resolver = file.resolve.into_resolver();
    let problems = resolver.problems();
    if problems.is_empty() { Ok(resolver) } else { Err(format!("`{name}`: {}", problems.join("; ")).into()) }
}

/// What is wrong with a line of the input.
fn problem(error: &serde_json::Error) -> String {
    // What the syntax's errors say has nothing of the text in it.
    if error.is_data() { without_value(&error.to_string()) } else { error.to_string() }
}

/// What an error of serde's says, without the value that it quotes: that may be a secret, or a token.
fn without_value(message: &str) -> String {
    let quotes_a_value = ["invalid type", "invalid value", "unknown variant"];
    if !quotes_a_value.iter().any(|known| message.starts_with(known)) {
        return message.to_owned();
    }
    // Whatever the value holds, what was expected stands behind it.
    match message.rsplit_once(", expected ") {
        Some((_, expected)) => format!("expected {expected}"),
        None => "this is not what can stand here".to_owned(),
    }
}

/// The host and the path of a target: servers take whole URLs too, and cut at `#`.
fn target(text: &str) -> (Option<&str>, &str) {
    let text = text.split('#').next().unwrap_or_default();
    let Some(rest) = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://")) else {
        return (None, text);
    };
    let (host, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    (Some(host), if path.is_empty() { "/" } else { path })
}

async fn answer(resolver: &dyn TenantResolver, request: &Request) -> Value {
    let (host, target) = target(&request.path);
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let head = RequestHead::new(&request.headers, path)
        .with_method(request.method.as_deref().unwrap_or("GET"))
        .with_query(query)
        .with_authority(request.authority.as_deref().or(host))
        .with_tls(request.tls)
        .with_peer(request.peer);
    let found = match resolver.resolve(&head).await {
        Resolution::Found(found) => found,
        Resolution::Nothing => return json!({ "error": ResolveError::Nothing.code() }),
        Resolution::Refused(refusal) => return json!({ "error": refusal.code() }),
    };
    let (remainder, source) = (found.remainder(), found.source());
    let mut answer = named(found.name());
    answer["remainder"] = json!(remainder);
    answer["source"] = json!(source);
    let also: Vec<Value> = found.also().iter().map(named).collect();
    if !also.is_empty() {
        // Only the registry knows whether they are of one tenant.
        answer["also"] = json!(also);
    }
    answer
}

fn named(name: &TenantName) -> Value {
    match name {
        TenantName::Identifier(identifier) => json!({ "identifier": identifier }),
        TenantName::Domain(domain) => json!({ "domain": domain }),
        _ => json!({}),
    }
}
