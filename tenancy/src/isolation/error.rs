//! What goes wrong when a tenant's place is found, made or taken away.

use crate::db::ConnectionError;
use crate::tenant::Isolation;

/// A tenant's place cannot be used, made or taken away.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IsolationError {
    /// The database has nothing to build this isolation from.
    #[error("{backend} has no `{isolation}` isolation: {instead}")]
    Unsupported {
        /// The database.
        backend: &'static str,
        /// The isolation asked for.
        isolation: Isolation,
        /// What to use instead.
        instead: &'static str,
    },

    /// The application was not told where tenants' databases are.
    #[error("`database` isolation needs to know where tenants' databases are: set `tenant_databases`")]
    NoDatabases,

    /// Nobody said how tenants of this tier are kept apart.
    #[error("there is no tier `{tier}`: the application has {}; name it in `Tenancy::builder(…).tier(…)`", if known.is_empty() { "none" } else { known })]
    UnknownTier {
        /// The tier asked for.
        tier: String,
        /// Those there are.
        known: String,
    },

    /// Tables without policies would be no wall for a tenant that asks for one.
    #[error(
        "no tenants of this application are under `rls` isolation, so nobody knows whether its tables have policies: \
         make it the application's isolation, or a tier's (`Tenancy::builder(…).tier(…)`)"
    )]
    NoPolicies,

    /// Something of that name is there already, and it may be another tenant's.
    #[error("{what} exists already: it may be another tenant's, so it is neither used nor changed")]
    Exists {
        /// The schema, database or file.
        what: String,
    },

    /// The tenant's own database is the application's, or was given to another tenant before.
    #[error(
        "the database given for tenant `{tenant}` belongs to {owner}: a tenant brings one that is its own alone"
    )]
    Owned {
        /// The tenant asking for it.
        tenant: String,
        /// Whose it is: "the application", "tenant `0190a1b2`".
        owner: String,
    },

    /// What was to be dropped may not be the tenant's.
    #[error(
        "{what} is not marked as tenant `{tenant}`'s, so it is not dropped: correct the tenant's record, or drop \
         it by hand"
    )]
    NotMarked {
        /// What the tenant's record names.
        what: String,
        /// The tenant.
        tenant: String,
    },

    /// Rows of a tenant cannot be told from others'.
    #[error(
        "nothing says which tables hold rows of tenants: pass them to `Tenancy::builder(…).tables(…)` before a \
         tenant under `{isolation}` isolation is removed or moved"
    )]
    NoTables {
        /// The tenant's isolation.
        isolation: Isolation,
    },

    /// The application's role would not be held by the policies.
    #[error(
        "the application's role `{role}` bypasses row-level security: `rls` isolation needs a role that is no \
         superuser and has no BYPASSRLS"
    )]
    RoleBypassesRls {
        /// The role.
        role: String,
    },

    /// The administrative role is held by the policies.
    #[error(
        "the administrative role `{role}` is held by row-level security and would see no tenant's rows: `rls` \
         isolation needs `admin_url` with a role that has BYPASSRLS"
    )]
    AdminHeldByRls {
        /// The role.
        role: String,
    },

    /// The place cannot be reached.
    #[error(transparent)]
    Connection(#[from] ConnectionError),

    /// The database refused a statement.
    #[error("cannot {verb}: {reason}")]
    Refused {
        /// What was to be done.
        verb: String,
        /// What the database says.
        reason: String,
    },
}

impl IsolationError {
    pub(crate) fn refused(verb: impl Into<String>, reason: impl ToString) -> Self {
        Self::Refused { verb: verb.into(), reason: reason.to_string() }
    }
}
