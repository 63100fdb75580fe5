//! Everything under the current key, while the application runs.

use super::report::{RotationError, RotationFailure, RotationReport};
use super::store::SealedStore;
use crate::store::{ListTenants, StoreError};
use crate::tenant::{Tenant, TenantId};

/// How often a tenant is tried that others write all the time.
const TRIES: u32 = 100;

impl SealedStore {
    /// Seals everything under the current key that is under another one, tenant by tenant in the order of their ids, while
    /// others read and write: a record that was written meanwhile is read again. What is in the clear is sealed where
    /// [`accept_plain`](super::Sealing::accept_plain) takes it, and is a failure elsewhere. It may be run again at any time,
    /// and passes over what is done.
    ///
    /// Before the last old key goes, every process must have the current one first, and a run must have failed for nobody.
    ///
    /// Cost: one read for each page of 500 tenants, one write for each tenant that is not current. It changes a record's
    /// `updated_at` and version.
    ///
    /// # Errors
    /// [`RotationError`] where the store fails as a whole. A tenant that cannot be done is named in the report.
    pub async fn rotate(&self) -> Result<RotationReport, RotationError> {
        self.rotate_after(None).await
    }

    /// The same for the tenants whose ids sort after this one: where another run [stopped](RotationError::reached).
    ///
    /// # Errors
    /// As [`rotate`](Self::rotate).
    pub async fn rotate_after(&self, after: Option<TenantId>) -> Result<RotationReport, RotationError> {
        let mut report = RotationReport::default();
        let mut list = ListTenants { after: after.clone(), limit: 500, status: None };
        let mut reached = after;
        loop {
            let page = match self.store.list(list.clone()).await {
                Ok(page) => page,
                Err(source) => return Err(RotationError { reached, report, source }),
            };
            for entry in page.entries {
                let id = entry.as_ref().ok().map(|tenant| tenant.id().clone());
                let done = match entry {
                    Ok(tenant) => self.rotate_one(tenant).await,
                    Err(error) => Err(error),
                };
                if let Err(source) = report.count(done, id.as_ref()) {
                    return Err(RotationError { reached, report, source });
                }
                reached = id.or(reached);
            }
            match page.next {
                Some(next) => list.after = Some(next),
                None => return Ok(report),
            }
        }
    }

    async fn rotate_one(&self, mut tenant: Tenant) -> Result<Done, StoreError> {
        let id = tenant.id().clone();
        for _ in 0..TRIES {
            let (resealed, failures) = self.sealing.resealed(&tenant);
            let written = match resealed {
                Some(record) => {
                    self.store.update(&Tenant::from_record(record)?).await.map(|_| Done::Resealed)
                }
                None => Ok(Done::Current),
            };
            match written {
                Ok(_) if !failures.is_empty() => {
                    let each: Vec<String> = failures
                        .iter()
                        .map(|failure| format!("`{}` {}", failure.field, failure.problem))
                        .collect();
                    return Ok(Done::Failed(each.join("; ")));
                }
                Ok(done) => return Ok(done),
                Err(StoreError::Stale { .. }) => {}
                Err(StoreError::NotFound { .. }) => return Ok(Done::Gone),
                Err(error) => return Err(error),
            }
            // It was read from where it was not the newest, maybe: from a Redis.
            self.store.forget(&id);
            tenant = match self.store.get(&id).await {
                Ok(tenant) => tenant,
                Err(StoreError::NotFound { .. }) => return Ok(Done::Gone),
                Err(error) => return Err(error),
            };
        }
        Ok(Done::Failed("others wrote to it all the time: try again".to_owned()))
    }
}

/// What became of a tenant.
enum Done {
    Resealed,
    Current,
    /// It has been erased meanwhile.
    Gone,
    Failed(String),
}

impl RotationReport {
    /// Counts a tenant. An error of the store as a whole comes back.
    fn count(&mut self, done: Result<Done, StoreError>, id: Option<&TenantId>) -> Result<(), StoreError> {
        let named = |tenant: Option<&TenantId>| tenant.map(ToString::to_string).unwrap_or_default();
        let failure = match done {
            Ok(Done::Resealed) => {
                self.resealed += 1;
                return Ok(());
            }
            Ok(Done::Current) => {
                self.current += 1;
                return Ok(());
            }
            Ok(Done::Gone) => return Ok(()),
            Ok(Done::Failed(reason)) => RotationFailure { tenant: named(id), reason },
            Err(StoreError::Corrupt { tenant, reason }) => RotationFailure { tenant, reason },
            Err(error @ (StoreError::Unavailable(_) | StoreError::ReadOnly)) => return Err(error),
            Err(error) => RotationFailure { tenant: named(id), reason: error.to_string() },
        };
        self.failed.push(failure);
        Ok(())
    }
}
