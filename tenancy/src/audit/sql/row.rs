//! A row of the table as it was read.

use std::fmt;

use diesel::{Queryable, Selectable};

use super::schema::tenancy_audit;
use crate::audit::link::Link;
use crate::store::StoredTime;

/// A row of which nothing has been believed yet.
#[derive(Queryable, Selectable)]
#[diesel(table_name = tenancy_audit)]
pub struct Row {
    tenant: String,
    seq: i64,
    at: StoredTime,
    actor_kind: String,
    actor_id: Option<String>,
    actor_name: Option<String>,
    action: String,
    resource_kind: Option<String>,
    resource_id: Option<String>,
    details: String,
    ip: Option<String>,
    user_agent: Option<String>,
    request_id: Option<String>,
    scheme: String,
    previous: Vec<u8>,
    hash: Vec<u8>,
}

impl From<Row> for Link {
    fn from(row: Row) -> Self {
        Self {
            chain: row.tenant,
            seq: row.seq,
            at: row.at.0,
            actor_kind: row.actor_kind,
            actor_id: row.actor_id,
            actor_name: row.actor_name,
            action: row.action,
            resource_kind: row.resource_kind,
            resource_id: row.resource_id,
            details: row.details,
            ip: row.ip,
            user_agent: row.user_agent,
            request_id: row.request_id,
            scheme: row.scheme,
            previous: row.previous,
            hash: row.hash,
        }
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Row").field("tenant", &self.tenant).field("seq", &self.seq).finish_non_exhaustive()
    }
}
