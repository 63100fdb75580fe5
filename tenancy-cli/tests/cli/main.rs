//! The command as its users start it: exit codes, and what is printed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod keys;

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tenancy_tests::servers;
use tenancy_tests::world::postgres::Database;

const ORDERS: &str =
    "CREATE TABLE orders (tenant_id TEXT NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (tenant_id, id));
                      GRANT SELECT, INSERT, UPDATE, DELETE ON orders TO tenancy_app;";

/// Runs the command with an environment that names no database.
fn tenancy(arguments: &[&str], database_url: Option<&str>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tenancy"));
    command.args(arguments).env_remove("DATABASE_URL");
    if let Some(url) = database_url {
        command.env("DATABASE_URL", url);
    }
    command.output().unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn owner(database: &Database) -> String {
    servers::with_database(&servers::owner(), database.name())
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", text(&output.stderr)))
}

/// SQL by the owner of the tables.
fn execute(database: &Database, sql: &str) {
    use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};

    let (url, sql) = (owner(database), sql.to_owned());
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut connection = AsyncPgConnection::establish(&url).await.unwrap();
            connection.batch_execute(&sql).await.unwrap();
        });
    });
    thread.join().unwrap();
}

/// Runs `tenancy resolve` over these lines.
fn resolve(config: &str, lines: &str) -> Output {
    use std::io::Write as _;

    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("tenancy.toml");
    std::fs::write(&file, config).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_tenancy"))
        .args(["resolve", "--config", file.to_str().unwrap()])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    // Where the configuration is refused nobody reads.
    drop(child.stdin.take().unwrap().write_all(lines.as_bytes()));
    child.wait_with_output().unwrap()
}

const SOURCES: &str = r#"
[resolve]
proxies = { header = "x-forwarded", networks = ["10.0.0.0/8"] }

[[resolve.source]]
kind = "path"
prefix = "/tenants"

[[resolve.source]]
kind = "jwt"
issuer = ["https://id.example.com"]
audience = ["orders"]
claim = "org.tenant"
key = [{ algorithms = ["HS256"], secret = "0123456789abcdef0123456789abcdef" }]

[[resolve.source]]
kind = "subdomain"
bases = ["example.com"]
"#;

/// Threats 12 to 14, with the code of the middleware.
#[test]
fn requests_are_explained() {
    let cases = [
        (
            r#"{"method":"GET","path":"/tenants/acme/orders?page=2","headers":[],"peer":"192.0.2.1"}"#,
            r#"{"identifier":"acme","remainder":"/orders","source":"path"}"#,
        ),
        (
            r#"{"path":"/","headers":[["Host","globex.example.com:8080"]]}"#,
            r#"{"identifier":"globex","remainder":null,"source":"subdomain"}"#,
        ),
        (
            r#"{"path":"/","headers":[["Host","x.example.com"],["X-Forwarded-Host","acme.example.com"]],"peer":"10.1.2.3"}"#,
            r#"{"identifier":"acme","remainder":null,"source":"subdomain"}"#,
        ),
        (
            r#"{"path":"/","headers":[["Host","globex.example.com"],["X-Forwarded-Host","acme.example.com"]],"peer":"192.0.2.1"}"#,
            r#"{"identifier":"globex","remainder":null,"source":"subdomain"}"#,
        ),
        (r#"{"path":"/","headers":[["Host","example.org"]]}"#, r#"{"error":"no-tenant"}"#),
        (r#"{"path":"/tenants/ACME/x","headers":[]}"#, r#"{"error":"path-malformed"}"#),
        (r#"{"path":"/","headers":[["Authorization","Bearer eyJhbGciOiJub25lIn0.e30."]]}"#, "jwt-"),
        (
            r#"{"path":"http://acme.example.com/x#y"}"#,
            r#"{"identifier":"acme","remainder":null,"source":"subdomain"}"#,
        ),
        (r#"{"path":"/tenants/acme#x"}"#, r#"{"identifier":"acme","remainder":"/","source":"path"}"#),
        (r#"{"path":7}"#, r#"{"error":"input""#),
        (r#"{"path":"/","headers":["Authorization: Bearer hunter2"]}"#, r#""expected "#),
        ("not json", r#"{"error":"input""#),
    ];
    let lines: Vec<&str> = cases.iter().map(|(line, _)| *line).collect();
    let output = resolve(SOURCES, &lines.join("\n"));
    let printed = text(&output.stdout);
    assert_eq!(printed.lines().count(), cases.len(), "{printed}{}", text(&output.stderr));
    for ((line, expected), printed) in cases.iter().zip(printed.lines()) {
        assert!(printed.contains(expected), "{line} gave {printed}");
        assert!(!printed.contains("hunter2"), "{printed}");
    }
    assert_eq!(code(&output), 1, "some name none");
    assert_eq!(code(&resolve(SOURCES, cases[0].0)), 0);
    assert_eq!(code(&resolve(SOURCES, "")), 0);
}

/// Every problem at once, the line where it can be said, and no secret.
#[test]
fn a_configuration_that_is_wrong_is_refused() {
    let short = SOURCES.replace("0123456789abcdef0123456789abcdef", "hunter2");
    for (config, expected) in [
        ("", "missing field `resolve`"),
        ("[resolve]\nsource = []", "resolver"),
        ("[resolve]\nsources = []", "line 2"),
        ("[resolve]\nsource = [{ kind = \"header\", nam = \"X\" }]", "unknown field `nam`"),
        ("[resolve]\nsource = [{ kind = \"subdomain\", bases = [] }]", "domain"),
        (
            "[resolve]\nsource = [{ kind = \"jwt\", key = [{ algorithms = [\"HS256\"] }] }]",
            "a `secret` or a `pem`",
        ),
        (&*short, "secret"),
        // The values are in serde's words for what is wrong with them.
        ("[resolve]\nsource = [{ kind = \"jwt\", key = \"hunter2\" }]", "expected a sequence"),
        (
            "[resolve]\nsource = [{ kind = \"jwt\", key = [{ algorithms = [\"hunter2\"], secret = \"x\" }] }]",
            "HS256",
        ),
        ("[resolve]\nsource = [{ kind = \"hunter2\" }]", "line"),
    ] {
        let output = resolve(config, "");
        assert_eq!(code(&output), 2, "{config}");
        let message = text(&output.stderr);
        assert!(message.contains(expected), "{config} gave {message}");
        assert!(!message.contains("hunter2"), "{message}");
    }
    let both = short.replace("example.com\"]\n", "no domain\"]\n").replace("10.0.0.0/8", "10.0.0.0/99");
    let message = text(&resolve(&both, "").stderr);
    for part in ["10.0.0.0/99", "no domain", "secret"] {
        assert!(message.contains(part), "{message}");
    }
}

/// Threat 8: findings, their SQL, and an exit status that a pipeline stops at.
#[tokio::test]
async fn findings_are_printed_and_are_an_exit_status() {
    let database = Database::new().await;
    execute(&database, ORDERS);
    let url = database.app_url();
    let output = tenancy(&["inspect"], Some(&url));
    let table = text(&output.stdout);
    assert_eq!(code(&output), 1, "{table}{}", text(&output.stderr));
    assert!(table.starts_with("error    rls-disabled  public.orders\n"), "{table}");
    assert!(table.contains("> ALTER TABLE \"public\".\"orders\" FORCE ROW LEVEL SECURITY;"), "{table}");
    assert!(table.contains("1 error, 0 warnings in 1 table of database world_"), "{table}");

    let output = tenancy(&["inspect", "--json", "--database-url", &url], None);
    assert_eq!(code(&output), 1);
    let report = json(&output);
    assert_eq!(report["findings"][0]["code"], "rls-disabled");
    assert_eq!(report["findings"][0]["severity"], "error");
    assert_eq!((&report["role"], &report["tables"][0]), (&"tenancy_app".into(), &"public.orders".into()));
    let mend = report["findings"][0]["mend"].as_str().unwrap();

    let accepted = tenancy(&["inspect", "--accept", "rls-disabled:public.orders"], Some(&url));
    assert_eq!(code(&accepted), 0);
    assert!(text(&accepted.stdout).contains("note     accepted: rls-disabled of public.orders"));
    let by_column = tenancy(&["inspect", "--isolation", "column"], Some(&url));
    assert_eq!(code(&by_column), 0, "{}", text(&by_column.stdout));

    execute(&database, mend);
    let output = tenancy(&["inspect", "--table", "public.orders:tenant_id"], Some(&url));
    assert_eq!(code(&output), 0, "{}", text(&output.stdout));
    // Somebody else looks on the application's behalf.
    let output = tenancy(&["inspect", "--role", "tenancy_app"], Some(&owner(&database)));
    assert_eq!(code(&output), 0, "{}", text(&output.stdout));
    assert!(text(&output.stdout).contains("connect as `tenancy_app`"), "{}", text(&output.stdout));
    let output = tenancy(&["inspect", "--table", "nowhere"], Some(&url));
    assert_eq!(code(&output), 1);
    assert!(text(&output.stdout).contains("table-missing"));
}

/// A look that failed is no clean bill. Threat 23: and it tells no password.
#[tokio::test]
async fn who_cannot_look_says_so() {
    let database = Database::new().await;
    let refused = "postgres://somebody:hunter2@127.0.0.1:1/nothing";
    let cases = [
        (tenancy(&["inspect"], None), "set DATABASE_URL"),
        (tenancy(&["inspect"], Some("")), "set DATABASE_URL"),
        (tenancy(&["inspect"], Some(refused)), "Connection refused"),
        (tenancy(&["inspect", "--json", "--database-url", refused], None), "Connection refused"),
        (tenancy(&["inspect"], Some("postgres://somebody:hunter2@[/")), ""),
        (tenancy(&["inspect", "--role", "nobody"], Some(&database.app_url())), "no role `nobody`"),
        (tenancy(&["inspect", "--table", "a.b.c"], Some(&database.app_url())), "names no table"),
        (tenancy(&["inspect", "--accept", "everything"], Some(&database.app_url())), "the finding's code"),
        (tenancy(&["unheard-of"], None), "unrecognized"),
    ];
    for (output, says) in cases {
        let error = text(&output.stderr);
        assert_eq!(code(&output), 2, "{error}");
        assert!(output.stdout.is_empty() && error.contains(says), "{says}: {error}");
        assert!(!error.contains("hunter2"), "{error}");
    }
    let help = tenancy(&["inspect", "--help"], Some(refused));
    assert!(!text(&help.stdout).contains("hunter2"));
}

/// Threats 8 and 9: what is generated passes the auditor, for every type of key, and is not written twice.
#[tokio::test]
async fn policies_are_generated_from_the_database() {
    let database = Database::new().await;
    execute(
        &database,
        "CREATE TABLE notes (tenant_id TEXT NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (tenant_id, id));
         CREATE TABLE parcels (tenant_id UUID NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (tenant_id, id));
         CREATE TABLE \"Order Items\" (tenant_id BIGINT NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (tenant_id, id));
         CREATE TABLE rooms (tenant_id INTEGER NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (tenant_id, id));
         CREATE TABLE codes (tenant_id VARCHAR(48) NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (tenant_id, id));
         CREATE TABLE countries (code TEXT PRIMARY KEY);",
    );
    let directory = tempfile::tempdir().unwrap();
    let migrations = directory.path().join("deep/migrations");
    let folder = migrations.display().to_string();
    let url = owner(&database);
    let generate = ["rls", "generate", "--role", "tenancy_app", "--migrations", &folder];
    let output = tenancy(&generate, Some(&url));
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    let written = text(&output.stdout);
    let written = Path::new(written.trim_end());
    assert!(written.file_name().unwrap().to_string_lossy().ends_with("_tenant_policies"), "{written:?}");
    let [up, down] = ["up.sql", "down.sql"].map(|file| std::fs::read_to_string(written.join(file)).unwrap());
    assert_eq!(up.matches("CREATE POLICY").count(), 5, "{up}");
    assert!(!up.contains("countries"), "{up}");

    let output = tenancy(&generate, Some(&url));
    assert_eq!(code(&output), 2);
    assert!(text(&output.stderr).contains("there already"), "{}", text(&output.stderr));
    assert_eq!(std::fs::read_dir(&migrations).unwrap().count(), 1);
    assert_eq!(std::fs::read_to_string(written.join("up.sql")).unwrap(), up);

    execute(&database, &up);
    let output = tenancy(&["inspect"], Some(&database.app_url()));
    assert_eq!(code(&output), 0, "{}", text(&output.stdout));
    // Nothing is left to do, and everything can be undone.
    let more = ["rls", "generate", "--name", "more", "--migrations", &folder];
    assert_eq!(code(&tenancy(&more, Some(&url))), 2);
    execute(&database, &down);
    assert_eq!(code(&tenancy(&["inspect"], Some(&database.app_url()))), 1);
    assert_eq!(code(&tenancy(&more, Some(&url))), 0);
}

#[test]
fn policies_are_generated_for_names() {
    let directory = tempfile::tempdir().unwrap();
    let folder = directory.path().display().to_string();
    let generate = |more: &[&str]| {
        let mut arguments = vec!["rls", "generate", "--migrations", &folder];
        arguments.extend(more);
        tenancy(&arguments, None)
    };
    let output = generate(&["--table", "crm.orders:owner", "--key-type", "uuid"]);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    let up = Path::new(text(&output.stdout).trim_end()).join("up.sql");
    let up = std::fs::read_to_string(up).unwrap();
    assert!(up.contains(r#"CREATE POLICY tenant ON "crm"."orders""#), "{up}");
    assert!(
        up.contains(r#"("owner" = nullif(current_setting('tenancy.tenant_id', true), '')::uuid)"#),
        "{up}"
    );
    assert!(up.contains("-- GRANT SELECT"), "{up}");
    for refused in [
        &["--key-type", "uuid"][..],
        &["--table", "orders", "--key-type", "money"],
        &["--table", "orders", "--key-type", "uuid", "--name", "../elsewhere"],
        &["--table", "orders", "--key-type", "uuid", "--name", ""],
        &["--table", "orders"],
    ] {
        assert_eq!(code(&generate(refused)), 2, "{refused:?}");
    }
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
}

/// Threat 20: names by the library's own function.
#[test]
fn names_are_printed() {
    let output = tenancy(&["names", "a-b_c"], None);
    assert_eq!(code(&output), 0);
    let expected =
        serde_json::json!({ "id": "a-b_c", "schema": "t_a-b_c", "database": "t_a-b_c", "file": "a-b_c.db" });
    assert_eq!(json(&output), expected);
    for refused in ["", "A", "../a", "a/b", &"a".repeat(49)] {
        let output = tenancy(&["names", refused], None);
        assert_eq!(code(&output), 2, "{refused}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty());
    }
}
