//! A database of a fixture's making. Its first lines say what is to be found, and how it is looked at:
//!
//! - `-- expect: code, code` or `-- expect: nothing`;
//! - `-- tables: orders, crm.items` where not every table with the tenant column is meant;
//! - `-- role: name` for another role than the application's, `superuser` for one that is;
//! - `-- connect: owner` for another role that connects, `preset` for connections that begin with a tenant;
//! - `-- isolation: column`;
//! - `-- as: admin` anywhere, for the role that runs what follows; at first it is the owner.

use std::path::{Path, PathBuf};

use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use tenancy::Isolation;
use tenancy::inspect::{Inspection, Report};
use tenancy_tests::servers;
use tenancy_tests::world::postgres::Database;

/// The files of a folder of `tests/audit`, by name.
pub(super) fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("audit").join(folder);
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// Takes away what the fixture before has made: a new database for each would be half of the tests' time.
const RESET: &str = "DROP SCHEMA public CASCADE; CREATE SCHEMA public AUTHORIZATION pg_database_owner; \
                     GRANT USAGE ON SCHEMA public TO PUBLIC";

/// A fixture, set up.
pub(super) struct Fixture<'a> {
    pub(super) name: String,
    pub(super) expected: Vec<String>,
    database: &'a Database,
    inspection: Inspection,
    url: String,
}

impl<'a> Fixture<'a> {
    pub(super) async fn new(database: &'a Database, file: &Path) -> Self {
        let text = std::fs::read_to_string(file).unwrap();
        let first = text.lines().next().unwrap();
        let expected = first.strip_prefix("-- expect: ").expect("the first line says what to expect");
        let mut expected: Vec<String> =
            expected.split(", ").filter(|code| *code != "nothing").map(str::to_owned).collect();
        expected.sort();

        run(&url(database, "owner"), RESET).await.unwrap();
        let mut inspection = Inspection::new();
        let mut connect = "app";
        for line in text.lines().skip(1) {
            let Some((word, value)) = line.strip_prefix("-- ").and_then(|line| line.split_once(": ")) else {
                continue;
            };
            inspection = match word {
                "tables" => value
                    .split(", ")
                    .fold(inspection, |inspection, table| inspection.table(table.parse().unwrap())),
                "role" if value == "superuser" => inspection.role(superuser(database).await),
                "role" => inspection.role(value),
                "isolation" => inspection.isolation(value.parse::<Isolation>().unwrap()),
                "connect" => {
                    connect = value;
                    inspection
                }
                "as" => inspection,
                other => panic!("`{other}` means nothing in {}", file.display()),
            };
        }
        for part in text.split("-- as: ").enumerate() {
            let (who, sql) = match part {
                (0, sql) => ("owner", sql),
                (_, rest) => rest.split_once('\n').unwrap(),
            };
            run(&url(database, who), sql).await.unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        }
        let url = url(database, connect);
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        Self { name, expected, database, inspection, url }
    }

    pub(super) async fn inspect(&self) -> Report {
        self.inspection.run(&self.url).await.unwrap_or_else(|error| panic!("{}: {error}", self.name))
    }

    /// The codes of a report, each once.
    pub(super) fn codes(report: &Report) -> Vec<String> {
        let mut codes: Vec<String> = report.findings.iter().map(|finding| finding.code.to_owned()).collect();
        codes.sort();
        codes.dedup();
        codes
    }

    /// SQL that mends, by whoever may.
    pub(super) async fn mend(&self, sql: &str) -> diesel::QueryResult<()> {
        run(&url(self.database, "admin"), sql).await
    }
}

pub(super) fn url(database: &Database, who: &str) -> String {
    match who {
        "app" => database.app_url(),
        "preset" => format!("{}?options=-c%20tenancy.tenant_id%3Dacme", database.app_url()),
        "admin" => database.admin_url(),
        "owner" => servers::with_database(&servers::owner(), database.name()),
        other => panic!("nobody is called {other}"),
    }
}

pub(super) async fn run(url: &str, sql: &str) -> diesel::QueryResult<()> {
    let mut connection = AsyncPgConnection::establish(url).await.unwrap();
    connection.batch_execute(sql).await
}

#[derive(diesel::QueryableByName)]
struct Name {
    #[diesel(sql_type = diesel::sql_types::Text)]
    name: String,
}

async fn superuser(database: &Database) -> String {
    let query = "SELECT rolname::text AS name FROM pg_roles WHERE rolsuper ORDER BY oid LIMIT 1";
    let name: Name = diesel::sql_query(query).get_result(&mut database.admin().await).await.unwrap();
    name.name
}
