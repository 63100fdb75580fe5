//! `tenancy audit`.

use std::io::{Read as _, Write as _};
use std::path::Path;

use serde_json::json;
use tenancy::audit::{AuditBackend, AuditError, AuditHead, AuditKey, SqlAudit, StoredEntry};
use tenancy::{mysql::Mysql, postgres::Postgres, sqlite::Sqlite};

use crate::args::{Audit, Log, Tail, Verify};
use crate::{Done, FOUND};

/// The key that entries are sealed with, and former ones behind it, between commas. Arguments can be seen by others.
const KEYS: &str = "TENANCY_AUDIT_KEY";

/// Without the address, which may hold a password all the same.
const NO_FILE: &str = "the address has no `://`, and there is no file of that name";

pub(crate) async fn run(command: Audit) -> Done {
    let log = match &command {
        Audit::Verify(args) => &args.log,
        Audit::Heads(log) => log,
        Audit::Tail(args) => &args.log,
    };
    let url = log.url()?.to_owned();
    match url.split_once("://").map(|(scheme, _)| scheme) {
        Some("postgres" | "postgresql") => on::<Postgres>(&url, command).await,
        Some("mysql") => on::<Mysql>(&url, command).await,
        Some(_) => Err(
            "the address is none of a database of ours: write postgres://…, mysql://… or the path of a file"
                .into(),
        ),
        // SQLite would make an empty one.
        None if !Path::new(&url).is_file() => Err(NO_FILE.into()),
        None => on::<Sqlite>(&url, command).await,
    }
}

/// What went wrong, and why.
fn told(error: AuditError) -> Box<dyn std::error::Error> {
    match std::error::Error::source(&error) {
        Some(source) => format!("{error}: {source}").into(),
        None => error.into(),
    }
}

async fn on<B: AuditBackend>(url: &str, command: Audit) -> Done {
    let mut audit = SqlAudit::<B>::new(url).connections(1);
    for (at, key) in keys()?.into_iter().enumerate() {
        audit = if at == 0 { audit.key(key) } else { audit.former_key(key) };
    }
    match command {
        Audit::Verify(args) => verify(&audit, args).await,
        Audit::Heads(log) => heads(&audit, log).await,
        Audit::Tail(args) => tail(&audit, args).await,
    }
}

async fn verify<B: AuditBackend>(audit: &SqlAudit<B>, args: Verify) -> Done {
    let mut anchors = args.anchor;
    if let Some(file) = &args.anchors {
        anchors.extend(noted(file)?);
    }
    let report = match (args.since, args.log.tenant) {
        (Some(since), _) => audit.verify_since(&since).await.map_err(told)?,
        (None, Some(chain)) => audit.verify(chain, &anchors).await.map_err(told)?,
        (None, None) => audit.verify_all(&anchors).await.map_err(told)?,
    };
    let text = if args.log.json { serde_json::to_string_pretty(&report)? } else { report.to_string() };
    Ok((text, if report.is_clean() { 0 } else { FOUND }))
}

async fn heads<B: AuditBackend>(audit: &SqlAudit<B>, log: Log) -> Done {
    let heads = match log.tenant {
        Some(chain) => audit.head(chain).await.map_err(told)?.into_iter().collect(),
        None => audit.heads().await.map_err(told)?,
    };
    // What cannot be read back is no anchor, and one such line would make all that are noted unreadable.
    let (heads, odd): (Vec<_>, Vec<_>) = heads
        .into_iter()
        .partition(|head| head.to_string().parse().is_ok_and(|read: AuditHead| read == *head));
    for head in &odd {
        writeln!(
            std::io::stderr(),
            "tenancy: `{}` is no chain of ours, and its head is not noted",
            head.chain()
        )?;
    }
    let heads: Vec<String> = heads.iter().map(AuditHead::to_string).collect();
    let text = if log.json { serde_json::to_string_pretty(&json!(heads))? } else { heads.join("\n") };
    Ok((text, if odd.is_empty() { 0 } else { FOUND }))
}

async fn tail<B: AuditBackend>(audit: &SqlAudit<B>, args: Tail) -> Done {
    let entries = audit.tail(args.log.tenant.as_ref(), args.lines).await.map_err(told)?;
    let line = |entry: &StoredEntry| if args.log.json { json!(entry).to_string() } else { entry.to_string() };
    Ok((entries.iter().map(line).collect::<Vec<_>>().join("\n"), 0))
}

fn keys() -> Result<Vec<AuditKey>, Box<dyn std::error::Error>> {
    let Some(text) = std::env::var_os(KEYS).filter(|text| !text.is_empty()) else { return Ok(Vec::new()) };
    let text = text.into_string().map_err(|_| format!("{KEYS} is no text"))?;
    let keys =
        text.split(',').map(|key| key.parse::<AuditKey>().map_err(|error| format!("{KEYS}: {error}").into()));
    keys.collect()
}

/// Heads, one a line.
fn noted(file: &Path) -> Result<Vec<AuditHead>, Box<dyn std::error::Error>> {
    let name = file.display();
    let mut text = String::new();
    let read = match file.to_str() {
        Some("-") => std::io::stdin().read_to_string(&mut text).map(drop),
        _ => std::fs::read_to_string(file).map(|read| text = read),
    };
    read.map_err(|error| format!("`{name}` cannot be read: {error}"))?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(at, line)| {
            line.parse::<AuditHead>().map_err(|error| format!("`{name}`, line {}: {error}", at + 1).into())
        })
        .collect()
}
