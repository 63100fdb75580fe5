//! The fence: triggers that refuse a tenant's writes. Making one waits for the transactions that are writing to the
//! table, so where it stands, all that was written before is there to be read.
//!
//! In tables that tenants share a trigger looks at each row, and its condition names the tenants: the server evaluates
//! it, and calls nothing for others. It looks behind all that the application's own triggers make of the row: one of
//! them may be what writes the tenant. In a tenant's own place whole statements are refused.

use std::time::Duration;

use super::tables::{Partitions, Table, own, shared};
use super::{PgMover, Session};
use crate::context::TenantContext;
use crate::isolation::relocate::error::{FENCE, RelocateError};
use crate::isolation::rows::may_hold;
use crate::isolation::sql_text::{identifier, literal, qualified};
use crate::query::TableInfo;
use crate::tenant::{TenantId, TenantKeys};

/// What one of ours sets who may write all the same.
pub(super) const PASS: &str = "SET LOCAL tenancy.relocating = 'on'";

const VERB: &str = "hold the tenant's writes";
const LIFT: &str = "let the tenant's writes go on";
/// How long what is in the way of lifting a fence is waited for, at least.
const PATIENCE: Duration = Duration::from_secs(300);
/// How long it is tried to take away what is left of a fence that has been lifted.
const LEFT_OVER: Duration = Duration::from_secs(2);
/// One at a time changes which tenants the triggers name.
const LIST: &str = "hashtextextended('tenancy fences', 0)";

/// The body of the function behind a trigger. Diesel hides the SQLSTATE, so the error is known by the constraint.
fn body() -> String {
    format!(
        "RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fence$ BEGIN \
         IF current_setting('tenancy.relocating', true) = 'on' THEN \
         IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END IF; \
         RAISE EXCEPTION 'this tenant is being moved, and its writes are held: try again' \
         USING ERRCODE = 'TN001', CONSTRAINT = '{FENCE}', TABLE = TG_TABLE_NAME; END $fence$"
    )
}

impl PgMover<'_> {
    /// Migrations of a place take this lock for themselves alone. A table that they made behind the copy would be lost.
    pub(super) async fn keep_migrations_out(&mut self, place: &TenantContext) -> Result<(), RelocateError> {
        let name =
            self.layout.place::<crate::db::Postgres>(place).map_err(|error| self.failed(VERB, error))?;
        let gate = self.session(place).await?;
        let lock = format!(
            "SET lock_timeout = '{}ms'; SELECT pg_advisory_lock_shared(hashtextextended({}, 0))",
            self.options.wait.as_millis().max(1),
            literal(&name.describe())
        );
        gate.run("wait for the migrations of the old place", &lock).await?;
        self.gate = Some(gate);
        Ok(())
    }

    pub(super) async fn fence_rows(&self, place: &TenantContext) -> Result<(), RelocateError> {
        self.change_list(place, "fenced = TRUE", self.options.wait, VERB).await
    }

    pub(super) async fn lift_rows(&self, place: &TenantContext) -> Result<(), RelocateError> {
        self.change_list(place, "fenced = FALSE", self.patience(), LIFT).await
    }

    /// Changes whether the tenant is in the list, and writes the triggers of all shared tables by it.
    async fn change_list(
        &self,
        place: &TenantContext,
        change: &str,
        wait: Duration,
        verb: &str,
    ) -> Result<(), RelocateError> {
        let lock = format!(
            "SET lock_timeout = '{}ms'; SELECT pg_advisory_lock({LIST}); SET lock_timeout = 0",
            wait.as_millis().max(1)
        );
        self.control.run(verb, &lock).await?;
        let changed = self.write_triggers(place, change, wait, verb).await;
        self.control.run(verb, &format!("SELECT pg_advisory_unlock({LIST})")).await?;
        changed
    }

    async fn write_triggers(
        &self,
        place: &TenantContext,
        change: &str,
        wait: Duration,
        verb: &str,
    ) -> Result<(), RelocateError> {
        self.note(change).await?;
        let list = "SELECT tenant FROM tenancy_relocations WHERE fenced ORDER BY tenant";
        let list = self.control.query(verb, list, &[]).await?;
        let list: Vec<String> = list.into_iter().map(|(tenant,)| tenant).collect();
        let function = format!("CREATE OR REPLACE FUNCTION tenancy_fence() {}", body());
        self.control.run(verb, &function).await?;
        for table in shared(&self.control, &self.layout.tables, place).await? {
            let Some(info) = table.info else { continue };
            let Some(column) = info.column() else { continue };
            let tenants = tenants(&info, &list);
            if self.is_written(&table, &tenants).await? {
                continue;
            }
            let (column, tenants) = (identifier(column), literal(&tenants));
            let held = |row: &str| format!("{row}.{column} = ANY ({tenants})");
            let triggers = [
                ("insert", held("NEW")),
                ("update", format!("{} OR (NEW.{column} <> OLD.{column} AND {})", held("OLD"), held("NEW"))),
                ("delete", held("OLD")),
            ];
            let written = triggers.map(|(event, held)| {
                format!(
                    "CREATE OR REPLACE TRIGGER tenancy_fence_{event} AFTER {event} ON {} FOR EACH ROW \
                     WHEN ({held}) EXECUTE FUNCTION tenancy_fence()",
                    table.sql()
                )
            });
            self.control.insist(&table.name, wait, verb, &written.join("; ")).await?;
            self.options.steps.reached("fencing");
        }
        Ok(())
    }

    /// Whether the table's triggers name these tenants already. None at all name nobody: a table that was not reached by
    /// a fence needs no lock for it to be lifted.
    async fn is_written(&self, table: &Table, tenants: &str) -> Result<bool, RelocateError> {
        let query = "SELECT count(*), count(*) FILTER (WHERE
                     strpos(pg_get_triggerdef(oid), quote_literal($2) || '::') > 0)
                     FROM pg_trigger WHERE tgrelid = $1 AND tgname LIKE 'tenancy\\_fence\\_%' AND NOT tgisinternal";
        let found: Vec<(i64, i64)> = self.control.query(VERB, query, &[&table.oid, &tenants]).await?;
        Ok(found == [(3, 3)] || found == [(0, 0)] && tenants == "{}")
    }

    /// Writes that stay held are worse than a move that takes its time to end.
    fn patience(&self) -> Duration {
        self.options.wait.max(PATIENCE)
    }

    pub(super) async fn fence_place(&self, place: &TenantContext) -> Result<(), RelocateError> {
        let session = self.session(place).await?;
        let name = format!("{FENCE}_{}", self.attempt);
        let function = qualified(place.schema(), &name);
        session.run(VERB, &format!("CREATE FUNCTION {function}() {}", body())).await?;
        for table in own(&session, &self.layout.tables, place, Partitions::Taken).await? {
            let trigger = format!(
                "CREATE TRIGGER {} BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON {} FOR EACH STATEMENT \
                 EXECUTE FUNCTION {function}()",
                identifier(&name),
                table.sql()
            );
            session.insist(&table.name, self.options.wait, VERB, &trigger).await?;
            self.options.steps.reached("fencing");
        }
        Ok(())
    }

    /// Takes away the fences of this attempt and of those before it: not of one that has taken the move over.
    pub(super) async fn lift_place(&self, place: &TenantContext) -> Result<(), RelocateError> {
        let session = self.session(place).await?;
        for function in self.fences(&session, place).await? {
            // To take a trigger away, readers have to wait; to switch it off, they have not.
            for table in fenced(&session, &function).await? {
                let off = format!("ALTER TABLE {table} DISABLE TRIGGER {}", identifier(&function.name));
                session.insist(&table, self.patience(), LIFT, &off).await?;
            }
            let name = qualified(Some(&function.schema), &function.name);
            let drop = format!("DROP FUNCTION IF EXISTS {name}() CASCADE");
            if let Err(error) = session.insist(&name, LEFT_OVER, LIFT, &drop).await {
                tracing::warn!(error = %error, "a fence that holds nothing any more is left");
            }
        }
        Ok(())
    }

    async fn fences(&self, session: &Session, place: &TenantContext) -> Result<Vec<Function>, RelocateError> {
        let query = "SELECT p.oid, n.nspname::text, p.proname::text
                     FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
                     WHERE p.proname ~ ('^' || $2 || '_[0-9]{1,18}$') AND n.nspname = coalesce($1, current_schema())
                     AND substr(p.proname, length($2) + 2)::bigint <= $3";
        let rows = session.query(LIFT, query, &[&place.schema(), &FENCE, &self.attempt]).await?;
        Ok(rows.into_iter().map(|(oid, schema, name)| Function { oid, schema, name }).collect())
    }
}

/// What is behind the triggers of one attempt, which have its name.
struct Function {
    oid: u32,
    schema: String,
    name: String,
}

/// The tables on which the function's triggers are.
async fn fenced(session: &Session, function: &Function) -> Result<Vec<String>, RelocateError> {
    let query = "SELECT n.nspname::text, c.relname::text FROM pg_trigger t
                 JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
                 WHERE t.tgfoid = $1 AND t.tgenabled <> 'D' AND t.tgparentid = 0";
    let rows: Vec<(String, String)> = session.query(LIFT, query, &[&function.oid]).await?;
    Ok(rows.iter().map(|(schema, name)| qualified(Some(schema), name)).collect())
}

/// The tenants of the list that can have rows in the table, as a literal of an array: of the column's type, whichever
/// that is. Ids need no quotes in it.
fn tenants(info: &TableInfo, list: &[String]) -> String {
    let key = |tenant: &String| {
        let keys = TenantKeys::of(&TenantId::try_from(tenant.as_str()).ok()?);
        let uuid = keys.uuid().filter(|_| info.key_type() == "UUID");
        // As the server writes it back, so that what is written is known again.
        let key = uuid.map_or_else(|| tenant.clone(), |uuid| uuid.hyphenated().to_string());
        may_hold(info, &keys).then_some(key)
    };
    let tenants: Vec<String> = list.iter().filter_map(key).collect();
    format!("{{{}}}", tenants.join(","))
}
