//! What goes wrong between the application and its registry of tenants.

use std::error::Error;
use std::sync::Arc;

use thiserror::Error as ThisError;

use crate::tenant::{Domain, Slug, TenantError, TenantId, TenantStatus};

/// A tenant could not be read from a store, or written to it.
///
/// No error holds a database URL or a value of a tenant's metadata.
#[derive(Debug, Clone, ThisError)]
#[non_exhaustive]
pub enum StoreError {
    /// No tenant has this id, identifier or domain.
    #[error("there is no tenant with {what}")]
    NotFound {
        /// What was asked for, as in "id `0190a1b2`".
        what: String,
    },
    /// The id is another tenant's, or was this one's already.
    #[error("a tenant with id `{id}` is registered already: ids are never used twice, generate another")]
    DuplicateId {
        /// The id.
        id: TenantId,
    },
    /// The identifier is another tenant's. Those of deleted tenants stay taken.
    #[error("the identifier `{identifier}` is taken by another tenant: choose another")]
    DuplicateIdentifier {
        /// The identifier.
        identifier: Slug,
    },
    /// The domain is another tenant's.
    #[error("the domain `{domain}` is another tenant's: take it from that one first")]
    DuplicateDomain {
        /// The domain.
        domain: Domain,
    },
    /// The store keeps no domains of tenants.
    #[error("this registry keeps no domains of tenants: use one that does, such as `SqlStore`")]
    NoDomains,
    /// The status was to be changed from one that the tenant has no more.
    #[error("tenant `{id}` is {status}, and was expected to be {expected}: somebody changed it meanwhile")]
    OtherStatus {
        /// The id.
        id: TenantId,
        /// The status that the change was for.
        expected: TenantStatus,
        /// The status it has.
        status: TenantStatus,
    },
    /// The isolation was to be changed, or a move of the tenant marked, by a record that is no longer so.
    #[error(
        "where the rows of tenant `{id}` are has been changed meanwhile by somebody else: read the tenant again"
    )]
    OtherPlacement {
        /// The id.
        id: TenantId,
    },
    /// The record that was to be written is not the newest.
    #[error(
        "tenant `{id}` has been written by somebody else since version {version} was read: read it again, and make \
         the change in what is there now"
    )]
    Stale {
        /// The id.
        id: TenantId,
        /// The version that was to be replaced.
        version: u64,
    },
    /// More tenants were named in one call than a call takes.
    #[error("{given} tenants are too many for one call, which takes {most}: make several calls")]
    TooMany {
        /// How many were named.
        given: usize,
        /// How many may be.
        most: usize,
    },
    /// The store cannot be written to.
    #[error(
        "this registry is read from a file and cannot be written to: change the file, and have it read again"
    )]
    ReadOnly,
    /// The record that was to be written breaks a rule.
    #[error(transparent)]
    Invalid(#[from] TenantError),
    /// What the store holds for this tenant is no tenant. The tenant cannot be served until its row is mended.
    #[error("the registry's row of tenant `{tenant}` is damaged: {reason}; mend it in the registry")]
    Corrupt {
        /// The tenant's id as it is stored, cut and escaped.
        tenant: String,
        /// The column, and what is wrong with it, without the value.
        reason: String,
    },
    /// The store cannot be reached.
    #[error("the registry of tenants cannot be reached: check that its database runs and its URL is right")]
    Unavailable(#[source] Arc<dyn Error + Send + Sync>),
    /// The database behind the store refused a statement.
    #[error("the registry's database refused a statement: {reason}")]
    Database {
        /// The database's own message, cut; never its details, which may quote a row.
        reason: String,
    },
}

impl StoreError {
    /// The store cannot be reached, for this reason.
    pub fn unavailable(reason: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Unavailable(reason.into().into())
    }

    pub(super) fn no_id(id: &TenantId) -> Self {
        Self::NotFound { what: format!("id `{id}`") }
    }

    /// No tenant has this domain.
    pub fn no_domain(domain: &Domain) -> Self {
        Self::NotFound { what: format!("domain `{domain}`") }
    }

    pub(super) fn no_identifier(identifier: &Slug) -> Self {
        Self::NotFound { what: format!("identifier `{identifier}`") }
    }
}
