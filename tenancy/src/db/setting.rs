//! What PostgreSQL is told about the tenant.

use diesel::QueryResult;
use diesel::result::Error;
use diesel_async::{AsyncConnectionCore, AsyncPgConnection};

use super::Postgres;
use super::prepared::{Key, Prepared};
use super::session::Session;
use super::wire::Line;
use crate::context::{Current, TenantContext};
use crate::tenant::Isolation;

/// The setting that row-level security policies read: `current_setting('tenancy.tenant_id', true)`.
pub(crate) const TENANT_SETTING: &str = "tenancy.tenant_id";

/// Where PostgreSQL looks for what a statement does not name the schema of.
const SEARCH_PATH: &str = "search_path";

#[diesel::declare_sql_function]
extern "SQL" {
    fn set_config(
        name: diesel::sql_types::Text,
        value: diesel::sql_types::Text,
        is_local: diesel::sql_types::Bool,
    ) -> diesel::sql_types::Text;
}

/// What is said around one statement.
#[derive(Debug)]
pub(super) enum Around {
    /// A transaction of its own, to whose end the setting holds.
    Transaction(Setting),
    /// The same behind a pooler, where a statement without a setting has one too.
    PooledTransaction(Option<Setting>),
    /// Inside a transaction of the user's the setting, until the statement has answered.
    Answer { setting: Setting, is_pooled: bool },
}

impl Around {
    /// What one statement needs here and now; `None` if it can go bare.
    pub(super) fn of(session: &mut Session<Postgres>, current: &Current, is_text: bool) -> Option<Self> {
        let is_pooled = session.is_pooled();
        match (session.is_in_transaction(), Setting::of(current, is_text)) {
            (false, setting) if is_pooled => Some(Self::PooledTransaction(setting)),
            (false, setting) => setting.map(Self::Transaction),
            (true, Some(setting)) if setting.name == SEARCH_PATH => Some(Self::Answer { setting, is_pooled }),
            // The transaction was told when it began.
            (true, _) => None,
        }
    }

    pub(super) fn setting(&self) -> Option<&Setting> {
        match self {
            Self::PooledTransaction(setting) => setting.as_ref(),
            Self::Transaction(setting) | Self::Answer { setting, .. } => Some(setting),
        }
    }
}

/// What the server has to be told about the tenant for one statement or transaction.
#[derive(Debug)]
pub(super) struct Setting {
    name: &'static str,
    value: String,
}

impl Setting {
    fn of(current: &Current, is_text: bool) -> Option<Self> {
        match current.tenant()?.isolation() {
            Isolation::Schema if is_text => Some(Self::search_path(current.tenant()?)),
            _ => Self::for_transaction(current),
        }
    }

    /// What a transaction is told when it begins. Not the search path: the query builder names the tenant's
    /// schema itself, and global tables are to be found inside a transaction where they are outside.
    pub(super) fn for_transaction(current: &Current) -> Option<Self> {
        let context = current.tenant()?;
        let value = || context.tenant().id().as_str().to_owned();
        (context.isolation() == Isolation::Rls).then(|| Self { name: TENANT_SETTING, value: value() })
    }

    /// The tenant's schema and no other: in `search_path "gone", public` a missing schema reads `public`.
    fn search_path(context: &TenantContext) -> Self {
        let value = format!("\"{}\"", context.schema_name().replace('"', "\"\""));
        Self { name: SEARCH_PATH, value }
    }

    /// Whether policies read it, and let nothing through without it.
    pub(super) fn is_for_policies(&self) -> bool {
        self.name == TENANT_SETTING
    }

    /// Has the connection's next requests begin with it, to their ends.
    pub(super) fn tell(&self, line: &Line) -> QueryResult<()> {
        let told = line.tell(self.name, &self.value);
        told.map_err(|error| Error::QueryBuilderError(Box::new(error)))
    }

    pub(super) async fn set(&self, mut connection: &AsyncPgConnection) -> QueryResult<()> {
        connection.execute_returning_count(self.statement()).await.map(drop)
    }

    /// The same as SQL, for where a round trip to parse it is too much. The value is there as hexadecimal digits:
    /// whatever it is, it cannot end the text it stands in.
    pub(super) fn as_sql(&self) -> String {
        let digits: String = self.value.bytes().map(|byte| format!("{byte:02x}")).collect();
        format!(
            "SELECT pg_catalog.set_config('{}', pg_catalog.convert_from(pg_catalog.decode('{digits}', 'hex'), 'UTF8'), true)",
            self.name
        )
    }

    /// The key of what sets any setting.
    pub(super) fn key(&self) -> Option<Key> {
        Key::of_type(&self.statement())
    }

    /// Has a new connection prepare what sets a setting, by setting nothing outside a transaction: the first
    /// statement need not wait for it.
    pub(super) async fn prepare(connection: &AsyncPgConnection) -> QueryResult<Prepared> {
        let nothing = Self { name: TENANT_SETTING, value: String::new() };
        nothing.set(connection).await?;
        let mut prepared = Prepared::default();
        prepared.learn(nothing.key());
        Ok(prepared)
    }

    fn statement(&self) -> diesel::dsl::select<set_config<&str, &str, bool>> {
        diesel::select(set_config(self.name, self.value.as_str(), true))
    }
}
