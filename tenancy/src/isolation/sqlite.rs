//! Places on SQLite: files.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use diesel_async::RunQueryDsl;
use futures_core::future::BoxFuture;
use futures_util::{FutureExt, future};

use super::claim::{APPLICATION, Marking, claim, owned, unclaim};
use super::error::IsolationError;
use super::layout::{Databases, Layout};
use super::names;
use super::place::Place;
use super::provision::{Provision, delete_rows};
use super::rows::KeyCasts;
use crate::context::TenantContext;
use crate::db::sealed::Driver;
use crate::db::{ConnectionError, DatabaseUrl, Pools, Sqlite, file_url};
use crate::tenant::{Isolation, TenantId};

/// What SQLite keeps beside a file in WAL mode.
const COMPANIONS: [&str; 2] = ["-wal", "-shm"];

const MARKING: Marking = Marking {
    registry: "SELECT 'the application' AS tenant_id FROM sqlite_master WHERE name = 'tenancy_tenants'",
    unless_marked: ") ON CONFLICT DO NOTHING",
};

impl Provision for Sqlite {
    fn supports(isolation: Isolation) -> Result<(), IsolationError> {
        let instead = match isolation {
            Isolation::Column | Isolation::Database => return Ok(()),
            Isolation::Rls => {
                "it has no row-level security; use `column`, or `database` for one file per tenant"
            }
            Isolation::Schema => "it has no schemas; use `database` for one file per tenant",
        };
        Err(IsolationError::Unsupported { backend: "SQLite", isolation, instead })
    }

    fn database_url(
        databases: &Databases,
        _: &DatabaseUrl,
        id: &TenantId,
        what: String,
    ) -> Result<DatabaseUrl, IsolationError> {
        let Databases::Directory(directory) = databases else {
            return Err(IsolationError::NoDatabases);
        };
        // A file that is not there is an error, never an empty database.
        match file_url(&directory.join(names::file(id)), false) {
            Ok(url) => Ok(DatabaseUrl::new(what, url)),
            Err(reason) => Err(ConnectionError::InvalidUrl { what, reason }.into()),
        }
    }

    fn create_schema<'a>(
        _: &'a Layout,
        _: &'a Pools<Self>,
        _: &'a TenantContext,
    ) -> BoxFuture<'a, Result<(), IsolationError>> {
        future::ready(Self::supports(Isolation::Schema)).boxed()
    }

    fn drop_schema<'a>(
        _: &'a Pools<Self>,
        _: &'a TenantContext,
    ) -> BoxFuture<'a, Result<(), IsolationError>> {
        future::ready(Self::supports(Isolation::Schema)).boxed()
    }

    fn create_database<'a>(
        layout: &'a Layout,
        pools: &'a Pools<Self>,
        context: &'a TenantContext,
    ) -> BoxFuture<'a, Result<(), IsolationError>> {
        async move {
            let path = path(layout, context)?;
            blocking(format!("create {}", path.display()), move || {
                if let Some(directory) = path.parent() {
                    std::fs::create_dir_all(directory)?;
                }
                // An empty file is an empty database. One that exists may be another tenant's.
                std::fs::File::create_new(&path).map(drop)
            })
            .await?;
            let marked = Self::claim_database(layout, context).await;
            if marked.is_err() {
                Self::drop_database(layout, pools, context).await?;
            }
            marked
        }
        .boxed()
    }

    fn drop_database<'a>(
        layout: &'a Layout,
        _: &'a Pools<Self>,
        context: &'a TenantContext,
    ) -> BoxFuture<'a, Result<(), IsolationError>> {
        async move {
            let path = path(layout, context)?;
            blocking(format!("delete {}", path.display()), move || {
                remove_if_there(&path)?;
                COMPANIONS.iter().try_for_each(|suffix| {
                    let mut companion = path.clone().into_os_string();
                    companion.push(suffix);
                    remove_if_there(Path::new(&companion))
                })
            })
            .await
        }
        .boxed()
    }

    fn delete_rows<'a>(
        layout: &'a Layout,
        pools: &'a Pools<Self>,
        context: &'a TenantContext,
    ) -> BoxFuture<'a, Result<(), IsolationError>> {
        async move {
            let mut admin = pools.admin().get().await?;
            delete_rows(admin.connection(), &layout.tables, context.tenant().id(), KeyCasts::BY_NAME).await
        }
        .boxed()
    }

    fn enter_place(_: &mut Self::SyncConnection, _: &Place) -> Result<(), IsolationError> {
        // The file is the place, and SQLite locks it while a migration writes.
        Ok(())
    }

    fn claim_database<'a>(
        layout: &'a Layout,
        context: &'a TenantContext,
    ) -> BoxFuture<'a, Result<(), IsolationError>> {
        async move {
            let url = layout.place::<Self>(context)?.url;
            let mut connection = Self::connect(&url).await?;
            let id = context.tenant().id();
            if is_application(layout, &mut connection).await? {
                return Err(owned(id, APPLICATION));
            }
            claim(&mut connection, &MARKING, id).await
        }
        .boxed()
    }

    fn unclaim_database<'a>(
        layout: &'a Layout,
        context: &'a TenantContext,
    ) -> BoxFuture<'a, Result<(), IsolationError>> {
        async move {
            let url = layout.place::<Self>(context)?.url;
            let mut connection = Self::connect(&url).await?;
            unclaim(&mut connection, context.tenant().id()).await
        }
        .boxed()
    }
}

fn path(layout: &Layout, context: &TenantContext) -> Result<PathBuf, IsolationError> {
    match &layout.databases {
        Some(Databases::Directory(directory)) => Ok(directory.join(names::file(context.tenant().id()))),
        _ => Err(IsolationError::NoDatabases),
    }
}

type Connection = <Sqlite as Driver>::Connection;

#[derive(diesel::QueryableByName)]
struct Open {
    #[diesel(sql_type = diesel::sql_types::Text)]
    file: String,
}

/// Whether the connection leads to the application's own file, by whatever path.
async fn is_application(layout: &Layout, connection: &mut Connection) -> Result<bool, IsolationError> {
    const VERB: &str = "tell the tenant's file from the application's";
    let mut application = Sqlite::connect(&layout.admin).await?;
    let file = async |connection: &mut Connection| {
        let query = diesel::sql_query("SELECT file FROM pragma_database_list WHERE name = 'main'");
        let open: Open =
            query.get_result(connection).await.map_err(|error| IsolationError::refused(VERB, error))?;
        Ok::<_, IsolationError>(open.file)
    };
    let (own, other) = (file(&mut application).await?, file(connection).await?);
    blocking(VERB.to_owned(), move || same_file::is_same_file(own, other)).await
}

fn remove_if_there(path: &Path) -> std::io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Work on files, off the runtime's threads.
async fn blocking<R: Send + 'static>(
    verb: String,
    work: impl FnOnce() -> std::io::Result<R> + Send + 'static,
) -> Result<R, IsolationError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) if error.kind() == ErrorKind::AlreadyExists => {
            Err(IsolationError::Exists { what: verb.trim_start_matches("create ").to_owned() })
        }
        Ok(Err(error)) => Err(IsolationError::refused(verb, error)),
        Err(error) => Err(IsolationError::refused(verb, error)),
    }
}
