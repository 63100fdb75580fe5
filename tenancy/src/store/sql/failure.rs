//! What the registry's database answers, as an error of the store.

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error};

use crate::db::ConnectionError;
use crate::store::StoreError;
use crate::tenant::Tenant;

/// How much of a database's message an error repeats, in characters.
const MESSAGE_CHARS: usize = 300;

impl From<ConnectionError> for StoreError {
    fn from(error: ConnectionError) -> Self {
        Self::unavailable(error)
    }
}

/// The failure of a statement that writes no key.
pub(crate) fn failed(error: Error) -> StoreError {
    match error {
        Error::DatabaseError(
            DatabaseErrorKind::UnableToSendCommand | DatabaseErrorKind::ClosedConnection,
            information,
        ) => StoreError::unavailable(cut(information.message())),
        // Of what the server says, the details and the hint are left out: they may quote a whole row.
        Error::DatabaseError(_, information) => StoreError::Database { reason: cut(information.message()) },
        other => StoreError::Database { reason: cut(&other.to_string()) },
    }
}

/// The failure of a statement that writes this tenant's id or identifier.
pub(super) fn failed_to_write(tenant: &Tenant, error: Error) -> StoreError {
    match &error {
        Error::DatabaseError(DatabaseErrorKind::UniqueViolation, information) => {
            match violated(information.as_ref()) {
                Some(Key::Id) => StoreError::DuplicateId { id: tenant.id().clone() },
                Some(Key::Identifier) => {
                    StoreError::DuplicateIdentifier { identifier: tenant.identifier().clone() }
                }
                None => failed(error),
            }
        }
        _ => failed(error),
    }
}

enum Key {
    Id,
    Identifier,
}

/// Which key is taken. PostgreSQL names the constraint, SQLite names the columns at the end of its message,
/// MySQL the key, in quotes and behind the table's name or not.
fn violated(information: &(dyn DatabaseErrorInformation + Send + Sync)) -> Option<Key> {
    let message = information.message();
    let named = information
        .constraint_name()
        .or_else(|| message.strip_prefix("UNIQUE constraint failed: "))
        .or_else(|| message.strip_suffix('\'')?.rsplit('\'').next())?;
    match named {
        "tenancy_tenants_pkey" | "tenancy_tenants.id" | "PRIMARY" | "tenancy_tenants.PRIMARY" => {
            Some(Key::Id)
        }
        "tenancy_tenants_identifier_key"
        | "tenancy_tenants.identifier"
        | "tenancy_tenants.tenancy_tenants_identifier_key" => Some(Key::Identifier),
        _ => None,
    }
}

fn cut(message: &str) -> String {
    message.chars().take(MESSAGE_CHARS).collect()
}
