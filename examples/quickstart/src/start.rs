//! What happens before the first request: a port, an empty directory, two tenants with data.

use std::env::{self, VarError};
use std::error::Error;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::{fs, io};

use diesel::ExpressionMethods;
use diesel_async::RunQueryDsl;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use tenancy::sqlite::Tenancy;
use tenancy::{Isolation, NewTenant, TenancyError};

use crate::schema::orders;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!();

/// A tenant to begin with.
struct Start {
    identifier: &'static str,
    name: &'static str,
    orders: &'static [(&'static str, i32)],
}

const TENANTS: [Start; 2] = [
    Start {
        identifier: "acme",
        name: "Acme Ltd",
        orders: &[("anvil", 3), ("rocket skates", 1), ("giant magnet", 2)],
    },
    Start {
        identifier: "globex",
        name: "Globex Corporation",
        orders: &[("weather machine", 1), ("hammock", 5)],
    },
];

/// What `curl` can be given. The README has the answers too.
const TO_TRY: [(&str, &str); 6] = [
    ("/orders", "-H 'X-Tenant-ID: acme'"),
    ("/orders", "-H 'X-Tenant-ID: globex'"),
    (
        "/orders",
        r#"-H 'X-Tenant-ID: acme' -H 'Content-Type: application/json' -d '{"item":"tornado kit","quantity":4}'"#,
    ),
    (
        "/orders/2",
        r#"-X PUT -H 'X-Tenant-ID: acme' -H 'Content-Type: application/json' -d '{"item":"rocket skates","quantity":7}'"#,
    ),
    ("/orders/1", "-X DELETE -H 'X-Tenant-ID: acme'"),
    ("/orders/3", "-X DELETE -H 'X-Tenant-ID: globex'"),
];

/// A listener at the port that the variable `PORT` names, 8080 without it.
pub(crate) fn listen() -> Result<TcpListener, String> {
    let port = match env::var("PORT") {
        Ok(port) => port.parse().map_err(|_| format!("PORT is `{port}`: give a number from 0 to 65535"))?,
        Err(VarError::NotPresent) => 8080,
        Err(error) => return Err(format!("PORT cannot be read: {error}")),
    };
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(|error| {
        format!("cannot listen at port {port}: {error}; choose another, as in `PORT=8081 cargo run`")
    })
}

/// An empty directory for this run, beside the program: what an earlier run has left is removed.
pub(crate) fn fresh_directory(port: u16) -> io::Result<PathBuf> {
    let directory = env::current_exe()?.with_file_name("quickstart-data").join(port.to_string());
    match fs::remove_dir_all(&directory) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => fs::create_dir_all(&directory)?,
    }
    Ok(directory)
}

/// The application's tenancy: a file for the registry, and one for each tenant.
pub(crate) async fn tenancy(directory: &Path) -> Result<Tenancy, Box<dyn Error>> {
    let text = |path: &Path| path.to_str().map(str::to_owned).ok_or("the data's directory is not UTF-8");
    let tenancy = Tenancy::builder(text(&directory.join("registry.db"))?)
        .isolation(Isolation::Database)
        .tenant_databases(text(&directory.join("tenants"))?)
        .migrations(MIGRATIONS)
        .build()
        .await?;
    Ok(tenancy)
}

/// Registers both tenants, which makes and migrates their files, and gives each some orders.
pub(crate) async fn tenants(tenancy: &Tenancy) -> Result<(), TenancyError> {
    for Start { identifier, name, orders: start } in TENANTS {
        let tenant = NewTenant::new(identifier)?.id(identifier.parse()?).name(name);
        let tenant = tenancy.register_tenant(tenant).await?;
        let rows: Vec<_> = start
            .iter()
            .map(|(item, quantity)| (orders::item.eq(*item), orders::quantity.eq(*quantity)))
            .collect();
        tenancy
            .context(&tenant)
            .scope(async {
                let mut db = tenancy.db().await?;
                tenancy::insert_into(orders::table).values(rows).execute(&mut db).await?;
                Ok::<_, TenancyError>(())
            })
            .await?;
    }
    Ok(())
}

/// Says what there is now, and what to try.
pub(crate) fn tell(port: u16, directory: &Path) {
    for Start { identifier, name, orders } in TENANTS {
        println!(
            "registered `{identifier}` ({name}): a file of its own, migrated, with {} orders",
            orders.len()
        );
    }
    println!("the files are in {}, and are made anew at each start", directory.display());
    println!("\nboth tenants side by side: http://localhost:{port}/\n\nfrom a terminal:");
    for (path, arguments) in TO_TRY {
        println!("  curl localhost:{port}{path} {arguments}");
    }
}
