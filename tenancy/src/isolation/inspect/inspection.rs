//! One look at a database.

use diesel::result::Error;
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};

use super::catalogue::{Catalogue, Table, Wanted};
use super::check::check;
use super::judged::judged;
use super::report::Report;
use super::subject::TableName;
use crate::db::sealed::Driver;
use crate::db::{DatabaseUrl, Postgres};
use crate::isolation::rls::{KeyType, RlsTable};
use crate::isolation::{IsolationError, Layout};
use crate::tenant::Isolation;

/// What is done to look, in messages.
const VERB: &str = "inspect the database";

/// The tenant column of tables that do not name one.
const COLUMN: &str = "tenant_id";

/// Nothing is changed, whatever a policy's own code does, and a policy that never ends is given up.
const BEGIN: &str = "BEGIN TRANSACTION READ ONLY; DEALLOCATE ALL; SET LOCAL statement_timeout TO '30s'";

/// A look at a PostgreSQL database: whether the walls between tenants stand.
///
/// An application has the same by `Tenancy::builder(…).inspect(…)` and `Tenancy::inspect`, for the role and
/// the tables it was built with.
#[derive(Debug, Clone)]
pub struct Inspection {
    role: Option<String>,
    isolation: Isolation,
    column: String,
    tables: Vec<TableName>,
    accepted: Vec<(String, String)>,
}

impl Default for Inspection {
    fn default() -> Self {
        Self::new()
    }
}

impl Inspection {
    /// For the role that connects, under `rls`, of every table with a column `tenant_id`.
    pub fn new() -> Self {
        Self {
            role: None,
            isolation: Isolation::Rls,
            column: COLUMN.to_owned(),
            tables: Vec::new(),
            accepted: Vec::new(),
        }
    }

    /// The application's own: its role connects, and its tables are those of `tables!`.
    pub(crate) fn of(layout: &Layout) -> Self {
        let tables = layout.tables.iter().filter_map(TableName::of).collect();
        let (isolation, accepted) = (layout.isolation_of_shared_tables(), layout.accepted.clone());
        Self { isolation, tables, accepted, ..Self::new() }
    }

    /// The application's role, if another one connects. What reading a policy does not tell stays open then: an
    /// expression is tried by the application's role alone.
    #[must_use]
    pub fn role(mut self, role: impl Into<String>) -> Self {
        self.role = Some(role.into());
        self
    }

    /// The isolation that the tables are for. Elsewhere than under `rls`, policies are looked at where there are any.
    #[must_use]
    pub fn isolation(mut self, isolation: Isolation) -> Self {
        self.isolation = isolation;
        self
    }

    /// The tenant column of tables that do not name one. Default: `tenant_id`.
    #[must_use]
    pub fn column(mut self, column: impl Into<String>) -> Self {
        self.column = column.into();
        self
    }

    /// Adds a scoped table. With none, every table that has the tenant column is one.
    #[must_use]
    pub fn table(mut self, table: TableName) -> Self {
        self.tables.push(table);
        self
    }

    /// Takes a finding, by its code and object, for known and meant. The report says so.
    #[must_use]
    pub fn accept(mut self, code: impl Into<String>, object: impl Into<String>) -> Self {
        self.accepted.push((code.into(), object.into()));
        self
    }

    /// Looks.
    ///
    /// Cost: a connection of its own, a dozen queries of the catalogue, and a few for each policy that reading does
    /// not tell everything about. It reads no table of the application's.
    ///
    /// # Errors
    ///
    /// `Connection` if the database cannot be reached, `Refused` if it cannot be looked at. No message has a password
    /// in it.
    pub async fn run(&self, url: impl Into<String>) -> Result<Report, IsolationError> {
        self.look(&DatabaseUrl::new("the database to inspect", url)).await
    }

    /// The tables that would be looked at and have no policies yet, for [`RlsMigration`](super::RlsMigration).
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run), and `Refused` for a table that is not there, or whose tenant column is not there or of
    /// no type that a tenant column may have.
    pub async fn found(&self, url: impl Into<String>) -> Result<Vec<RlsTable>, IsolationError> {
        let url = DatabaseUrl::new("the database", url);
        let mut connection = Postgres::connect(&url).await?;
        let catalogue = self.read(&mut connection).await?;
        let refused = |reason: String| IsolationError::refused("find the tables", reason);
        if let Some(missing) = catalogue.missing.first() {
            return Err(refused(format!("there is no table `{missing}` where the role looks for it")));
        }
        let table = |table: &Table| {
            let key_type = table.column_type.as_deref().and_then(KeyType::of).ok_or_else(|| {
                refused(format!(
                    "`{}` has no column `{}` of type text, varchar, uuid, bigint or integer",
                    table.label(),
                    table.column
                ))
            })?;
            let (schema, name, column) =
                (Some(table.schema.clone()), table.name.clone(), table.column.clone());
            Ok(RlsTable { schema, name, column, key_type })
        };
        let without_policies = |table: &&Table| catalogue.policies_of(table.oid).next().is_none();
        catalogue.roots().filter(without_policies).map(table).collect()
    }

    pub(crate) async fn look(&self, url: &DatabaseUrl) -> Result<Report, IsolationError> {
        // Its own: a pooled connection has had the setting, and would not show what a policy does without it.
        let mut connection = Postgres::connect(url).await?;
        let catalogue = self.read(&mut connection).await?;
        let judged = judged(&mut connection, &catalogue).await.map_err(refused)?;
        // A pooler would close the server's connection if the transaction were left open, and give it to others with what
        // is prepared there if that were left.
        connection.batch_execute("ROLLBACK; DEALLOCATE ALL").await.map_err(refused)?;
        let mut notes = Vec::new();
        if !catalogue.role.is_asking {
            notes.push(format!(
                "policies were read and not tried: connect as `{}` to have those tried that reading does not tell about",
                catalogue.role.name
            ));
        }
        if catalogue.tables.is_empty() {
            notes.push(format!("no table was found with a column `{}`", self.column));
        }
        let findings = check(&catalogue, &judged, &self.tables, self.isolation);
        let mut report = Report {
            database: catalogue.role.database.clone(),
            role: catalogue.role.name.clone(),
            tables: catalogue.tables.iter().map(|table| table.label()).collect(),
            findings,
            notes,
        };
        report.accept(&self.accepted);
        Ok(report)
    }

    /// Opens a transaction and reads. It ends with the connection at the latest, which is thrown away.
    async fn read(&self, connection: &mut AsyncPgConnection) -> Result<Catalogue, IsolationError> {
        connection.batch_execute(BEGIN).await.map_err(refused)?;
        let wanted = Wanted { role: self.role.as_deref(), tables: &self.tables, column: &self.column };
        let catalogue = Catalogue::read(connection, &wanted).await.map_err(refused)?;
        catalogue.ok_or_else(|| {
            let role = self.role.as_deref().unwrap_or_default();
            IsolationError::refused(VERB, format!("the server has no role `{role}`"))
        })
    }
}

fn refused(error: Error) -> IsolationError {
    IsolationError::refused(VERB, error)
}
