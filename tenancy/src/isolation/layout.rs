//! Where every tenant's rows are: decided once, when the application starts.

use std::fmt;
use std::path::PathBuf;

use secrecy::{ExposeSecret, SecretString};

use super::error::IsolationError;
use super::names;
use super::place::Place;
use super::provision::Provision;
use crate::context::TenantContext;
use crate::db::DatabaseUrl;
use crate::query::TableInfo;
use crate::tenant::{Isolation, Tenant};

/// The application's databases and its isolation.
#[derive(Debug)]
pub struct Layout {
    /// How tenants without an isolation of their own are kept apart.
    pub(crate) isolation: Isolation,
    /// The database of shared tables and schemas, as the application's role.
    pub(crate) shared: DatabaseUrl,
    /// The same, with administrative rights.
    pub(crate) admin: DatabaseUrl,
    /// Where databases of single tenants are.
    pub(crate) databases: Option<Databases>,
    /// The tables that tenants share.
    pub(crate) tables: Vec<TableInfo>,
    /// The application's role, where it is another than the administrative one.
    #[cfg_attr(not(feature = "postgres"), allow(dead_code, reason = "SQLite has no roles"))]
    pub(crate) role: Option<String>,
}

/// Where databases of single tenants are.
#[derive(Clone)]
pub enum Databases {
    /// SQLite files in a directory.
    Directory(PathBuf),
    /// The servers of the application's and the administrative address, with another database name.
    SameServer,
    /// An address with `{tenant}` where the database's name goes.
    Template(SecretString),
}

impl Layout {
    /// A tenant with its isolation.
    pub(crate) fn context(&self, tenant: &Tenant) -> TenantContext {
        let isolation = tenant.isolation().unwrap_or(self.isolation);
        TenantContext::new(tenant.clone(), isolation, names::schema(tenant))
    }

    /// Whether tenants can be kept apart like this here.
    pub(crate) fn supports<B: Provision>(&self, isolation: Isolation) -> Result<(), IsolationError> {
        B::supports(isolation)?;
        match (isolation, &self.databases) {
            (Isolation::Database, None) => Err(IsolationError::NoDatabases),
            _ => Ok(()),
        }
    }

    /// The tenant's own database, as the application's role.
    pub(crate) fn database<B: Provision>(
        &self,
        context: &TenantContext,
    ) -> Result<DatabaseUrl, IsolationError> {
        self.own_database::<B>(context, &self.shared)
    }

    /// Where the tenant's migrations run.
    pub(crate) fn place<B: Provision>(&self, context: &TenantContext) -> Result<Place, IsolationError> {
        Ok(match context.isolation() {
            Isolation::Column | Isolation::Rls => self.shared_place(),
            Isolation::Schema => {
                Place { url: self.admin.clone(), schema: Some(context.schema_name().to_owned()) }
            }
            Isolation::Database => Place { url: self.own_database::<B>(context, &self.admin)?, schema: None },
        })
    }

    /// Where the migrations of shared tables run.
    pub(crate) fn shared_place(&self) -> Place {
        Place { url: self.admin.clone(), schema: None }
    }

    fn own_database<B: Provision>(
        &self,
        context: &TenantContext,
        base: &DatabaseUrl,
    ) -> Result<DatabaseUrl, IsolationError> {
        let tenant = context.tenant();
        let what = format!("the database of tenant `{}`", tenant.id());
        if let Some(url) = tenant.database_url() {
            return Ok(DatabaseUrl::new(what, url.expose_secret()));
        }
        let databases = self.databases.as_ref().ok_or(IsolationError::NoDatabases)?;
        B::database_url(databases, base, tenant.id(), what)
    }
}

impl fmt::Debug for Databases {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Directory(_) => "Directory",
            Self::SameServer => "SameServer",
            Self::Template(_) => "Template",
        })
    }
}
