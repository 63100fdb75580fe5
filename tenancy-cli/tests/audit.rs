//! `tenancy audit` as its users start it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::process::{Command, Output};

use serde_json::{Value, json};
use tenancy::audit::{Actor, AuditKey, AuditLog};
use tenancy::tenant::TenantId;
use tenancy_tests::world::{mysql, postgres, sqlite};

const KEY: &str = "2026:5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e";

fn audit(arguments: &[&str], url: &str, key: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tenancy"));
    command.arg("audit").args(arguments).env("DATABASE_URL", url).env("TENANCY_AUDIT_KEY", key);
    command.output().unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", text(&output.stderr)))
}

/// Three entries of a tenant, and one of the application.
async fn fill(log: AuditLog) {
    let acme = TenantId::try_from("acme").unwrap();
    let log = log.by(Actor::user("u-7"));
    for number in 1..=3 {
        let record = log.record("order.deleted").tenant(&acme).resource("order", number);
        record.detail("text", "\u{1b}[31m").detail("password", "hunter2").write().await.unwrap();
    }
    log.record("app.started").write().await.unwrap();
}

/// The same on every database: `$execute` changes entries behind the log's back.
macro_rules! looks {
    ($url:expr, $execute:expr) => {{
        let (url, execute) = ($url, $execute);
        let clean = audit(&["verify"], &url, KEY);
        assert_eq!((code(&clean), &*text(&clean.stdout)), (0, "4 entries in 2 chains are as they were written\n"));
        let heads = audit(&["heads"], &url, KEY);
        let heads = text(&heads.stdout);
        assert_eq!(heads.lines().count(), 2, "{heads}");
        let acme = heads.lines().find(|line| line.starts_with("acme:3:")).unwrap().to_owned();
        let directory = tempfile::tempdir().unwrap();
        let noted = directory.path().join("heads");
        std::fs::write(&noted, &heads).unwrap();
        let noted = noted.to_str().unwrap();
        assert_eq!(code(&audit(&["verify", "--anchors", noted], &url, KEY)), 0);
        assert_eq!(code(&audit(&["verify", "--since", &acme], &url, KEY)), 0);

        let tail = audit(&["tail", "-n", "1", "--tenant", "acme"], &url, KEY);
        let line = text(&tail.stdout);
        assert!(line.contains(" acme 3 user:u-7 order.deleted order:3 {"), "{line}");
        assert!(!line.contains('\u{1b}') && !line.contains("hunter2"), "{line}");
        let tail = json(&audit(&["tail", "-n", "1", "--tenant", "acme", "--json"], &url, KEY));
        assert_eq!((&tail["number"], &tail["details"]["password"]), (&json!(3), &json!("[redacted]")));
        assert_eq!(tail["head"], json!(acme));

        execute("UPDATE tenancy_audit SET resource_id = '9' WHERE tenant = 'acme' AND seq = 2").await;
        let found = audit(&["verify"], &url, KEY);
        let expected = "tenant `acme`, entry 2: not as it was written\n4 entries in 2 chains were read\n";
        assert_eq!((code(&found), &*text(&found.stdout)), (1, expected));
        let found = json(&audit(&["verify", "--json"], &url, KEY));
        let expected = json!([{ "chain": "acme", "first": 2, "last": 2, "problem": "altered" }]);
        assert_eq!(found["findings"], expected);
        assert_eq!(code(&audit(&["verify", "--tenant", "-"], &url, KEY)), 0);
        assert_eq!(code(&audit(&["verify", "--since", &acme], &url, KEY)), 0);
        // Another key than the one it was sealed with, or none.
        assert_eq!(code(&audit(&["verify", "--tenant", "-"], &url, "")), 1);
        let other = KEY.replace("2026:", "2027:");
        assert_eq!(code(&audit(&["verify", "--tenant", "-"], &url, &other)), 1);
        assert_eq!(code(&audit(&["verify", "--tenant", "-"], &url, &format!("{other},{KEY}"))), 0);

        // The end of a chain is gone.
        execute("DELETE FROM tenancy_audit WHERE tenant = 'acme' AND seq > 1").await;
        assert_eq!(code(&audit(&["verify"], &url, KEY)), 0);
        let found = audit(&["verify", "--anchor", &acme], &url, KEY);
        assert_eq!(code(&found), 1);
        assert!(text(&found.stdout).contains("tenant `acme`, entries 2 to 3: missing"), "{}", text(&found.stdout));

        // A chain that is nobody's: its head would be no anchor.
        execute("UPDATE tenancy_audit SET tenant = 'ACME' WHERE tenant = 'acme'").await;
        let heads = audit(&["heads"], &url, KEY);
        assert_eq!((code(&heads), text(&heads.stdout).lines().count()), (1, 1), "{heads:?}");
        assert!(text(&heads.stderr).contains("ACME"), "{heads:?}");
        std::fs::write(noted, &heads.stdout).unwrap();
        assert_ne!(code(&audit(&["verify", "--anchors", noted], &url, KEY)), 2);

        execute("DROP TABLE tenancy_audit").await;
        for command in [["verify"], ["heads"], ["tail"]] {
            let output = audit(&command, &url, KEY);
            assert_eq!(code(&output), 2, "it could not look");
            assert!(text(&output.stdout).is_empty() && text(&output.stderr).contains("refused"), "{output:?}");
        }
    }};
}

fn key() -> AuditKey {
    KEY.parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_in_sqlite() {
    use diesel::Connection;
    use diesel::connection::SimpleConnection;

    let world = sqlite::World::new(tenancy::Isolation::Column).await;
    let url = world.directory.path().join("application.db").display().to_string();
    fill(AuditLog::to(tenancy::sqlite::SqlAudit::new(&url).key(key()))).await;
    let file = url.clone();
    looks!(url, async |sql: &str| {
        let mut connection = diesel::SqliteConnection::establish(&file).unwrap();
        connection.batch_execute(sql).unwrap();
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_in_postgres() {
    let world = postgres::World::new(tenancy::Isolation::Column).await;
    let url = world.database.admin_url();
    fill(AuditLog::to(tenancy::postgres::SqlAudit::new(&url).key(key()))).await;
    looks!(url, async |sql: &str| world.database.execute_as_admin(sql).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_in_mysql() {
    let world = mysql::World::new(tenancy::Isolation::Column).await;
    let url = world.database.admin_url();
    fill(AuditLog::to(tenancy::mysql::SqlAudit::new(&url).key(key()))).await;
    looks!(url, async |sql: &str| world.database.execute_as_admin(sql).await);
}

#[test]
fn what_cannot_be_looked_at_is_no_clean_log() {
    let nowhere = "postgres://audit:hunter2@127.0.0.1:1/none";
    for (arguments, url, key) in [
        (vec!["verify"], "", KEY),
        (vec!["verify"], nowhere, KEY),
        (vec!["verify"], "oracle://somewhere", KEY),
        (vec!["verify"], "no-such-file.db", KEY),
        (vec!["verify"], nowhere, "hunter2"),
        (vec!["verify", "--anchor", "acme:3"], nowhere, KEY),
        (vec!["verify", "--anchors", "no-such-file"], nowhere, KEY),
        (vec!["verify", "--tenant", "ACME"], nowhere, KEY),
        (vec!["verify", "--tenant", "acme", "--since", "acme:3:00"], nowhere, KEY),
    ] {
        let output = audit(&arguments, url, key);
        assert_eq!(code(&output), 2, "{arguments:?} {url}");
        assert!(output.stdout.is_empty());
        assert!(!text(&output.stderr).contains("hunter2"), "{}", text(&output.stderr));
    }
    assert!(!std::path::Path::new("no-such-file.db").exists());
}
