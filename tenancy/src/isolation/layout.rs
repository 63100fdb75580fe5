//! Where every tenant's rows are: decided once, when the application starts.

use std::fmt;
use std::path::PathBuf;

use secrecy::ExposeSecret;

use super::error::IsolationError;
use super::inspect::Inspect;
use super::names;
use super::place::Place;
use super::provision::Provision;
use crate::context::{Application, TenantContext};
use crate::db::DatabaseUrl;
use crate::query::TableInfo;
use crate::tenant::{Isolation, Tenant};

/// The application's databases and its isolation.
#[derive(Debug)]
pub struct Layout {
    /// Tells this application from others in the process.
    pub(crate) application: Application,
    /// How tenants without an isolation of their own are kept apart.
    pub(crate) isolation: Isolation,
    /// How tenants of a tier are kept apart, from their registration on.
    pub(crate) tiers: Vec<(String, Isolation)>,
    /// The database of shared tables and schemas, as the application's role.
    pub(crate) shared: DatabaseUrl,
    /// The same, with administrative rights.
    pub(crate) admin: DatabaseUrl,
    /// Where databases of single tenants are.
    pub(crate) databases: Option<Databases>,
    /// The tables that tenants share.
    pub(crate) tables: Vec<TableInfo>,
    /// What becomes of gaps in the walls that are found.
    pub(crate) inspect: Inspect,
    /// Findings that are known and meant, by code and object.
    #[cfg_attr(
        not(feature = "postgres"),
        allow(dead_code, reason = "the auditor looks at PostgreSQL alone")
    )]
    pub(crate) accepted: Vec<(String, String)>,
    /// Who the application is to the database; `None` where there are no roles.
    pub(crate) roles: Option<Roles>,
}

/// The roles an application connects with.
#[derive(Debug)]
pub struct Roles {
    pub(crate) application: Role,
    pub(crate) admin: Role,
}

/// A role of the database.
#[derive(Debug)]
pub(crate) struct Role {
    pub(crate) name: String,
    pub(crate) bypasses_rls: bool,
}

impl Roles {
    /// The application's role, where it is another than the administrative one and needs rights of its own.
    #[cfg(any(feature = "mysql", feature = "postgres"))]
    pub(super) fn to_grant(&self) -> Option<&str> {
        (self.application.name != self.admin.name).then_some(&*self.application.name)
    }

    /// Row-level security must hold the application and must not hold its administration: a role it holds
    /// by mistake deletes and reads nothing without an error.
    pub(crate) fn serve_rls(&self) -> Result<(), IsolationError> {
        if self.application.bypasses_rls {
            return Err(IsolationError::RoleBypassesRls { role: self.application.name.clone() });
        }
        if !self.admin.bypasses_rls {
            return Err(IsolationError::AdminHeldByRls { role: self.admin.name.clone() });
        }
        Ok(())
    }
}

/// Where databases of single tenants are.
#[derive(Clone)]
pub enum Databases {
    /// SQLite files in a directory.
    Directory(PathBuf),
    /// Databases of the application's server, by a name with `{tenant}` in it.
    Named(String),
}

impl Layout {
    /// How a new tenant of this tier is kept apart.
    pub(crate) fn of_tier(&self, tier: &str) -> Result<Isolation, IsolationError> {
        let found = self.tiers.iter().find(|(name, _)| name == tier).map(|(_, isolation)| *isolation);
        found.ok_or_else(|| {
            let known: Vec<_> = self.tiers.iter().map(|(name, _)| format!("`{name}`")).collect();
            IsolationError::UnknownTier { tier: tier.to_owned(), known: known.join(", ") }
        })
    }

    /// Whether tenants share tables, by the application's settings.
    pub(crate) fn has_shared_tables(&self) -> bool {
        self.isolations().any(Isolation::shares_tables)
    }

    /// Whether the tables that tenants share have policies, by the application's settings.
    pub(crate) fn has_policies(&self) -> bool {
        self.isolations().any(|isolation| isolation == Isolation::Rls)
    }

    /// What the tables that tenants share are for.
    #[cfg(feature = "postgres")]
    pub(crate) fn isolation_of_shared_tables(&self) -> Isolation {
        if self.has_policies() { Isolation::Rls } else { self.isolation }
    }

    fn isolations(&self) -> impl Iterator<Item = Isolation> {
        self.tiers.iter().map(|(_, isolation)| *isolation).chain([self.isolation])
    }

    /// A tenant with its isolation.
    pub(crate) fn context(&self, tenant: &Tenant) -> TenantContext {
        let isolation = match tenant.isolation().unwrap_or(self.isolation) {
            // A policy does not know which tenants are to be held by it: it holds all of them, or shows them nothing.
            Isolation::Column if self.has_policies() => Isolation::Rls,
            isolation => isolation,
        };
        TenantContext::new(self.application, tenant.clone(), isolation, names::schema(tenant))
    }

    /// Whether the tenant can be kept apart like this here.
    pub(crate) fn supports<B: Provision>(&self, context: &TenantContext) -> Result<(), IsolationError> {
        B::supports(context.isolation())?;
        match context.isolation() {
            Isolation::Database if self.databases.is_none() && context.tenant().database_url().is_none() => {
                Err(IsolationError::NoDatabases)
            }
            Isolation::Rls => self.roles.as_ref().map_or(Ok(()), Roles::serve_rls),
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
            Self::Named(_) => "Named",
        })
    }
}
