//! Where a tenant's migrations run.

use crate::db::DatabaseUrl;

/// A database, and the schema in it if the tenant has one of its own. Reached with administrative rights.
#[derive(Debug, Clone)]
pub struct Place {
    pub(crate) url: DatabaseUrl,
    pub(crate) schema: Option<String>,
}

impl Place {
    /// Names the place for messages and for the lock around its migrations.
    pub(crate) fn describe(&self) -> String {
        match &self.schema {
            Some(schema) => format!("schema \"{schema}\" of {}", self.url.what()),
            None => self.url.what().to_owned(),
        }
    }
}
