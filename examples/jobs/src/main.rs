//! Work for many tenants in the background: a queue in Redis, and workers that enter a tenant's scope for one job at a time.
//! Start it with `cargo run -p jobs`, beside a Redis.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "it tells a person what it does")]

mod job;
mod queue;
mod reports;
mod start;
#[cfg(test)]
mod tests;
mod worker;

/// The tables as `diesel print-schema` wrote them, made the tenants' own.
mod schema {
    use tenancy::schema as diesel;
    include!("schema.rs");
}

use std::env;
use std::error::Error;
use std::process::ExitCode;

use tenancy::sqlite::Tenancy;

use crate::job::{Job, Work};
use crate::queue::Queue;

/// What anything here can fail with.
pub(crate) type Failure = Box<dyn Error + Send + Sync>;

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("jobs: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Failure> {
    let address = env::var("REDIS_URL").unwrap_or_else(|_| "redis://127.0.0.1/".to_owned());
    // A name of this run's own, so that it disturbs nobody.
    let name = format!("tenancy-jobs:{}", uuid::Uuid::now_v7().simple());
    let mut queue = Queue::connect(&address, &name).await?;
    let directory = tempfile::tempdir()?;
    let tenancy = start::tenancy(directory.path()).await?;
    let result = show(&tenancy, &mut queue).await;
    queue.remove().await?;
    result
}

async fn show(tenancy: &Tenancy, queue: &mut Queue) -> Result<(), Failure> {
    let [acme, globex] = start::tenants(tenancy).await?;
    for tenant in [&acme, &globex, &acme, &globex] {
        let enqueue = async {
            let job = Job::for_current_tenant(Work::Report)?;
            queue.push(&job).await?;
            println!("enqueued {}", job.text()?);
            Ok::<_, Failure>(())
        };
        // In a web application the middleware has entered the scope.
        tenancy.context(tenant).scope(enqueue).await?;
    }

    tenancy.suspend_tenant(globex.id()).await?;
    println!("\n`globex` is suspended; two workers begin");
    two_workers(tenancy, queue).await?;

    tenancy.activate_tenant(globex.id()).await?;
    let count = queue.put_back().await?;
    println!("\n`globex` is active again; {count} jobs are put back, and two workers begin");
    two_workers(tenancy, queue).await?;

    for tenant in [&acme, &globex] {
        let reports =
            tenancy.context(tenant).scope(async { reports::all(&mut tenancy.db().await?).await }).await?;
        for report in reports {
            println!(
                "report of `{}`: {} orders, {} pieces",
                tenant.identifier(),
                report.orders,
                report.quantity
            );
        }
    }
    Ok(())
}

/// Two workers at the same time, until there is nothing to do. In production each would be a process that goes on.
async fn two_workers(tenancy: &Tenancy, queue: &Queue) -> Result<(), Failure> {
    let one = async |name| worker::until_idle(tenancy, &mut queue.again().await?, name).await;
    let (one, two) = tokio::join!(one("worker-1"), one("worker-2"));
    for done in one?.into_iter().chain(two?) {
        println!("{done}");
    }
    Ok(())
}
