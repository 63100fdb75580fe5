//! What moving a tenant asks of a database.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use super::error::RelocateError;
use crate::context::TenantContext;

/// How a tenant is moved.
#[derive(Debug, Clone)]
pub struct MoveOptions {
    /// How long the old place stays readable.
    pub(crate) grace: Duration,
    /// How long transactions that write may take to end.
    pub(crate) wait: Duration,
    /// Tables of the tenant's own place whose rows are left behind.
    pub(crate) leave: Vec<String>,
    pub(crate) steps: Steps,
}

/// Who is told of each step, in tests.
#[derive(Clone, Default)]
pub(crate) struct Steps(pub(crate) Option<Arc<dyn Fn(&'static str) + Send + Sync>>);

impl Steps {
    pub(crate) fn reached(&self, step: &'static str) {
        tracing::debug!(step, "moving a tenant");
        if let Some(observer) = &self.0 {
            observer(step);
        }
    }
}

impl fmt::Debug for Steps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Steps").field(&self.0.is_some()).finish()
    }
}

/// One tenant's move. As long as it lives, nobody else moves the tenant.
#[async_trait]
pub trait Mover: Send + Sync {
    /// Takes the move over from an earlier attempt, whose process may be alive without knowing that it has lost it.
    async fn claim(&mut self) -> Result<(), RelocateError>;

    /// Takes away what the tenant has in a place where it does not live. `false` if what is there is not its own.
    async fn remove(&mut self, place: &TenantContext) -> Result<bool, RelocateError>;

    /// Makes the place, without tables.
    async fn make(&mut self, place: &TenantContext) -> Result<(), RelocateError>;

    /// Holds the tenant's writes in the place. When it is done, those that began before have ended.
    async fn fence(&mut self, place: &TenantContext) -> Result<(), RelocateError>;

    /// Lets the tenant's writes in the place go on.
    async fn lift(&mut self, place: &TenantContext) -> Result<(), RelocateError>;

    /// Copies the tenant's rows, all or none, and compares what was sent with what has arrived.
    async fn copy(&mut self, from: &TenantContext, to: &TenantContext) -> Result<(), RelocateError>;

    /// Ends the move.
    async fn release(&mut self) -> Result<(), RelocateError>;
}
