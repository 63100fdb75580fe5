//! A worker: it has no tenant of its own, and enters a tenant's scope for one job at a time.

use std::fmt;

use diesel::result::{DatabaseErrorKind, Error};
use tenancy::TenancyError;
use tenancy::sqlite::Tenancy;
use tenancy::store::StoreError;
use uuid::Uuid;

use crate::Failure;
use crate::job::{Job, Work};
use crate::queue::Queue;
use crate::reports;

/// What has become of a job.
#[derive(Debug)]
pub(crate) enum Outcome {
    Done(Uuid),
    /// Set aside, because of this.
    Aside(String),
}

/// Does one job, if there is one within a second.
///
/// # Errors
/// When Redis or the database cannot be reached: the job stays where it is, and this worker takes it up first when it is
/// started again.
pub(crate) async fn step(
    tenancy: &Tenancy,
    queue: &mut Queue,
    name: &str,
) -> Result<Option<Outcome>, Failure> {
    let Some(taken) = queue.take(name).await? else { return Ok(None) };
    let job = match taken.job() {
        Ok(job) => job,
        Err(error) => {
            queue.set_aside(taken).await?;
            return Ok(Some(Outcome::Aside(format!("a job that nobody understands: {error}"))));
        }
    };
    match run(tenancy, &job).await {
        Ok(()) => {
            queue.acknowledge(taken).await?;
            Ok(Some(Outcome::Done(job.id)))
        }
        Err(error) if passes_by_itself(&error) => Err(error.into()),
        // Its tenant is suspended or gone, or the work itself fails: it would fail again.
        Err(error) => {
            queue.set_aside(taken).await?;
            Ok(Some(Outcome::Aside(format!("job {} of tenant `{}`: {error}", job.id, job.tenant.id()))))
        }
    }
}

/// Does jobs until there is none.
pub(crate) async fn until_idle(
    tenancy: &Tenancy,
    queue: &mut Queue,
    name: &str,
) -> Result<Vec<String>, Failure> {
    let mut done = Vec::new();
    while let Some(outcome) = step(tenancy, queue, name).await? {
        done.push(format!("{name}: {outcome}"));
    }
    Ok(done)
}

/// The tenant as the registry has it now, its scope, the work.
pub(crate) async fn run(tenancy: &Tenancy, job: &Job) -> Result<(), TenancyError> {
    let context = tenancy.restore(&job.tenant).await?;
    let work = async {
        let mut db = tenancy.db().await?;
        match job.work {
            Work::Report => reports::write(&mut db, job.id).await,
        }
    };
    context.scope(work).await
}

fn passes_by_itself(error: &TenancyError) -> bool {
    match error {
        TenancyError::Connection(_) | TenancyError::Store(StoreError::Unavailable(_)) => true,
        // The connection was lost while the work was done: its transaction is rolled back.
        TenancyError::Database(Error::DatabaseError(kind, _)) => matches!(
            kind,
            DatabaseErrorKind::ClosedConnection
                | DatabaseErrorKind::UnableToSendCommand
                | DatabaseErrorKind::SerializationFailure
        ),
        _ => false,
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Done(job) => write!(f, "done: job {job}"),
            Self::Aside(why) => write!(f, "set aside: {why}"),
        }
    }
}
