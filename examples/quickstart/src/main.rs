//! One application, two tenants, one SQLite file for each: start it with `cargo run`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "it tells a person what it does")]

mod orders;
mod page;
mod start;
#[cfg(test)]
mod tests;

/// The tables as `diesel print-schema` wrote them, made the tenants' own.
mod schema {
    use tenancy::schema as diesel;
    include!("schema.rs");
}

use std::error::Error;
use std::process::ExitCode;

use actix_web::{App, HttpServer, web};

#[actix_web::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("quickstart: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    // The port comes first: whoever holds it may be this example, and its data must stay.
    let listener = start::listen()?;
    let port = listener.local_addr()?.port();
    let directory = start::fresh_directory(port)?;
    let tenancy = start::tenancy(&directory).await?;
    start::tenants(&tenancy).await?;

    let server = {
        let tenancy = tenancy.clone();
        HttpServer::new(move || {
            App::new()
                .app_data(web::Data::new(tenancy.clone()))
                .service(page::page)
                .service(web::scope("/orders").wrap(tenancy.middleware()).configure(orders::routes))
        })
        .listen(listener)?
    };
    start::tell(port, &directory);
    Ok(server.run().await?)
}
