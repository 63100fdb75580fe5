//! The command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use tenancy::Isolation;
use tenancy::audit::{AuditChain, AuditHead};
use tenancy::inspect::{KeyType, TableName};
use tenancy::seal::KeyId;
use tenancy::tenant::TenantId;

/// Multi-tenancy for Diesel and actix-web, from the command line.
#[derive(Debug, Parser)]
#[command(name = "tenancy", version)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Look for gaps in the walls between tenants in a PostgreSQL database.
    ///
    /// Exit status: 0 if there are none, 1 if some were found, 2 if it could not look.
    Inspect(Inspect),
    /// Row-level security.
    #[command(subcommand)]
    Rls(Rls),
    /// The keys that tenants' secrets are sealed with.
    #[command(subcommand)]
    Keys(Keys),
    /// The audit log.
    #[command(subcommand)]
    Audit(Audit),
    /// Print the names of a tenant's schema, database and file as JSON.
    Names {
        /// The tenant's id, which its names are made from; not its identifier, which may change hands.
        id: String,
    },
    /// Say which tenant requests name, and why: one request as JSON for each line of the standard input.
    ///
    /// {"method":"GET","path":"/orders?page=2","headers":[["Host","acme.example.com"]],"peer":"10.0.0.1"} gives
    /// {"identifier":"acme","remainder":null,"source":"subdomain"}, or {"error":CODE}. Nobody is asked whether there is
    /// such a tenant. Exit status: 0 if every request names one, 1 if some do not, 2 if it could not be said.
    Resolve {
        /// How requests name tenants: the table `resolve` of this file, in TOML.
        #[arg(long, default_value = "tenancy.toml", value_name = "FILE")]
        config: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Audit {
    /// Check that every entry is as it was written, and that none is missing.
    ///
    /// Entries that were taken from the end of a chain are found by an anchor: a head that was noted before. Without a
    /// key, so is a chain that was written anew. Exit status: 0 if nothing was found, 1 if something was, 2 if it could
    /// not look.
    Verify(Verify),
    /// Print the newest entry's number and hash of each chain: anchors to be kept elsewhere.
    Heads(Log),
    /// Print the newest entries.
    Tail(Tail),
}

/// Where an audit log is.
#[derive(Debug, clap::Args)]
pub(crate) struct Log {
    /// The database: postgres://…, mysql://…, or the path of a file of SQLite. Others on the machine can see arguments; they
    /// cannot see the environment.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, value_name = "URL")]
    pub(crate) database_url: Option<String>,
    /// The chain of this tenant, by its id; `-` is the application's own. Default: all.
    #[arg(long, value_name = "ID", value_parser = chain)]
    pub(crate) tenant: Option<AuditChain>,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Verify {
    #[command(flatten)]
    pub(crate) log: Log,
    /// A head that was noted before: the chain has to lead to it.
    #[arg(long, value_name = "TENANT:NUMBER:HASH")]
    pub(crate) anchor: Vec<AuditHead>,
    /// Heads that were noted before, one a line; `-` is the standard input.
    #[arg(long, value_name = "FILE")]
    pub(crate) anchors: Option<PathBuf>,
    /// Look at what has come since this head, and at nothing before it.
    #[arg(long, value_name = "TENANT:NUMBER:HASH", conflicts_with_all = ["anchor", "anchors", "tenant"])]
    pub(crate) since: Option<AuditHead>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Tail {
    #[command(flatten)]
    pub(crate) log: Log,
    /// How many.
    #[arg(short = 'n', long, default_value_t = 20, value_name = "ENTRIES")]
    pub(crate) lines: u32,
}

fn chain(text: &str) -> Result<AuditChain, String> {
    if text == AuditChain::application().as_str() {
        return Ok(AuditChain::application());
    }
    TenantId::try_from(text).map(|id| AuditChain::from(&id)).map_err(|error| error.to_string())
}

/// A database and tables in it.
#[derive(Debug, clap::Args)]
pub(crate) struct Where {
    /// The database: postgres://user:password@host/database. Others on the machine can see arguments; they cannot see
    /// the environment.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, value_name = "URL")]
    pub(crate) database_url: Option<String>,
    /// A table of tenants': name, schema.name, or either with :column. Default: every table with the tenant column.
    #[arg(long, value_name = "TABLE[:COLUMN]")]
    pub(crate) table: Vec<TableName>,
    /// The tenant column of tables that do not name theirs.
    #[arg(long, default_value = "tenant_id")]
    pub(crate) column: String,
    /// The application's role. `inspect` takes the one that connects by default.
    #[arg(long)]
    pub(crate) role: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Inspect {
    #[command(flatten)]
    pub(crate) place: Where,
    /// The isolation that the tables are for: under another than `rls`, policies are looked at where there are any.
    #[arg(long, default_value = "rls")]
    pub(crate) isolation: Isolation,
    /// A finding that is known and meant: its code and object, as in `rls-not-forced:public.orders`.
    #[arg(long, value_name = "CODE:OBJECT", value_parser = accepted)]
    pub(crate) accept: Vec<(String, String)>,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

fn accepted(text: &str) -> Result<(String, String), String> {
    let parts = text.split_once(':').map(|(code, object)| (code.to_owned(), object.to_owned()));
    parts.ok_or_else(|| "write the finding's code and its object: `rls-not-forced:public.orders`".to_owned())
}

#[derive(Debug, Subcommand)]
pub(crate) enum Rls {
    /// Write a migration that puts tables behind policies: `up.sql` and `down.sql`, for you to review.
    ///
    /// For the tables of the database that have the tenant column and no policies yet, or of those named. With
    /// --key-type no database is asked.
    Generate(Generate),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Generate {
    #[command(flatten)]
    pub(crate) place: Where,
    /// The type of the tenant columns, for tables that are named and not looked at.
    #[arg(long, requires = "table")]
    pub(crate) key_type: Option<Key>,
    /// The directory of migrations.
    #[arg(long, default_value = "migrations", value_name = "DIRECTORY")]
    pub(crate) migrations: PathBuf,
    /// The migration's name, behind its date. One that is there already is not written again.
    #[arg(long, default_value = "tenant_policies")]
    pub(crate) name: String,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Keys {
    /// Make a key and print it as `id:key`. Put it behind those that there are, in every process, and only then in front.
    Generate(GenerateKey),
    /// Seal everything in a registry under the current key, while the application runs.
    ///
    /// Exit status: 0 if everything is under the current key, 1 if something of some tenants is not, 2 if it stopped.
    Rotate(Rotate),
}

#[derive(Debug, clap::Args)]
pub(crate) struct GenerateKey {
    /// The key's id. Default: one of today's date. An id is never used for another key.
    #[arg(long)]
    pub(crate) id: Option<KeyId>,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Rotate {
    /// The registry's database: postgres://user:password@host/database, mysql://user:password@host/database, or the path of
    /// an SQLite file. Others on the machine can see arguments; they cannot see the environment.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, value_name = "URL")]
    pub(crate) database_url: Option<String>,
    /// The environment variable that holds the keys: `id:key,id:key`, the current one first.
    #[arg(long, default_value = "TENANCY_SEAL_KEYS", value_name = "VARIABLE")]
    pub(crate) keys: String,
    /// A key of the metadata whose values are sealed, as the application names it. May be given several times. What is
    /// sealed under other keys stays sealed.
    #[arg(long, value_name = "KEY")]
    pub(crate) metadata_key: Vec<String>,
    /// Seal what is in the clear too: in a registry from before sealing. Otherwise it is reported and left.
    #[arg(long)]
    pub(crate) accept_plain: bool,
    /// Begin behind the tenant of this id, where another run stopped.
    #[arg(long, value_name = "ID")]
    pub(crate) after: Option<TenantId>,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// The types that a tenant column may have.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Key {
    Text,
    Uuid,
    Bigint,
    Integer,
}

impl From<Key> for KeyType {
    fn from(key: Key) -> Self {
        match key {
            Key::Text => Self::Text,
            Key::Uuid => Self::Uuid,
            Key::Bigint => Self::BigInt,
            Key::Integer => Self::Integer,
        }
    }
}

impl Where {
    /// The database's address.
    pub(crate) fn url(&self) -> Result<&str, String> {
        named(self.database_url.as_deref())
    }

    /// The tables and the role.
    pub(crate) fn inspection(&self) -> tenancy::inspect::Inspection {
        let inspection = tenancy::inspect::Inspection::new().column(&self.column);
        let inspection =
            self.table.iter().fold(inspection, |inspection, table| inspection.table(table.clone()));
        match &self.role {
            Some(role) => inspection.role(role),
            None => inspection,
        }
    }
}

impl Rotate {
    /// The database's address.
    pub(crate) fn url(&self) -> Result<&str, String> {
        named(self.database_url.as_deref())
    }
}

impl Log {
    /// The database's address.
    pub(crate) fn url(&self) -> Result<&str, String> {
        named(self.database_url.as_deref())
    }
}

fn named(url: Option<&str>) -> Result<&str, String> {
    let url = url.filter(|url| !url.is_empty());
    url.ok_or_else(|| "no database was named: pass --database-url, or set DATABASE_URL".to_owned())
}
