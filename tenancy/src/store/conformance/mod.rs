//! What every store has to do, one function for each behaviour, for every store there is and for users' own.

/// Ends a behaviour that does not hold.
macro_rules! broken {
    ($($message:tt)+) => {
        return Err($crate::store::conformance::Broken::new(format!($($message)+)))
    };
}

/// Goes on if this holds.
macro_rules! ensure {
    ($holds:expr $(,)?) => {
        ensure!($holds, "{}", stringify!($holds))
    };
    ($holds:expr, $($message:tt)+) => {
        if !$holds {
            broken!($($message)+)
        }
    };
}

/// Goes on if both are equal.
macro_rules! ensure_eq {
    ($left:expr, $right:expr $(,)?) => {
        ensure_eq!($left, $right, "{}", stringify!($left))
    };
    ($left:expr, $right:expr, $($message:tt)+) => {
        match (&$left, &$right) {
            (left, right) => {
                if !(*left == *right) {
                    broken!("{left:?}, where {right:?} was expected: {}", format_args!($($message)+))
                }
            }
        }
    };
}

pub(crate) mod batches;
pub(crate) mod domains;
pub(crate) mod pages;
pub(crate) mod placement;
pub(crate) mod records;
pub(crate) mod searches;
pub(crate) mod versions;

#[cfg(feature = "testing")]
mod run;

use std::fmt;
use std::sync::Arc;

use chrono::Utc;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use crate::store::{StoreError, TenantStore};
use crate::tenant::{Isolation, NewTenant, Slug, Tenant, TenantError, TenantId, TenantRecord, TenantStatus};

#[cfg(feature = "testing")]
pub use run::{ConformanceError, store_conformance};

pub(crate) type Store = Arc<dyn TenantStore>;

/// What a behaviour gives back.
pub(crate) type Checked<T = ()> = Result<T, Broken>;

/// In what a behaviour does not hold.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Broken(String);

impl Broken {
    fn new(what: String) -> Self {
        Self(what)
    }
}

// As what it says, so that `unwrap` in a test says it.
impl fmt::Debug for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<StoreError> for Broken {
    fn from(error: StoreError) -> Self {
        Self(format!("it gave an error: {error} ({error:?})"))
    }
}

impl From<TenantError> for Broken {
    fn from(error: TenantError) -> Self {
        Self(format!("it gave an error: {error}"))
    }
}

/// Hands the path of every behaviour to a macro.
macro_rules! every_behaviour {
    ($to:ident) => {
        $to! {
            records::what_is_created_is_read,
            records::metadata_reads_back_as_it_was,
            records::an_invalid_record_is_refused,
            records::an_id_is_taken_once,
            records::an_identifier_is_taken_once,
            records::what_is_not_there_is_not_found,
            records::update_writes_every_field_but_id_created_at_and_placement,
            records::optional_fields_can_be_cleared,
            records::a_rename_moves_the_identifier,
            records::a_rename_to_a_taken_identifier_changes_nothing,
            records::set_status_changes_the_status_alone,
            records::set_status_changes_the_status_it_was_told_of,
            records::an_identifier_is_free_only_after_delete,
            records::concurrent_creates_lose_nothing,
            placement::a_placement_is_changed_alone_and_read_back,
            placement::a_placement_changes_if_it_is_as_expected,
            placement::update_leaves_the_placement,
            domains::a_domain_leads_to_its_tenant,
            domains::a_domain_is_one_tenants,
            pages::pages_hold_every_tenant_once_in_byte_order,
            pages::a_page_may_end_exactly_at_the_last_tenant,
            pages::a_page_is_never_empty_for_its_limit,
            pages::lists_and_counts_keep_to_the_status,
            pages::the_latest_come_first,
            searches::a_text_is_found_in_any_case,
            searches::the_best_are_found_first,
            searches::every_character_stands_for_itself,
            batches::many_are_read_in_the_order_asked_for,
            batches::the_status_of_many_changes_where_it_is_as_expected,
            batches::batches_and_single_changes_meet,
            batches::too_many_at_once_are_refused,
            versions::every_change_is_a_version,
            versions::a_stale_record_is_not_written,
            versions::no_update_of_concurrent_writers_is_lost,
            versions::keys_are_put_into_the_metadata,
            versions::metadata_that_may_not_be_is_not_put_in,
            versions::no_key_of_concurrent_writers_is_lost,
        }
    };
}
pub(crate) use every_behaviour;

fn id(text: &str) -> Checked<TenantId> {
    Ok(text.try_into()?)
}

fn slug(text: &str) -> Checked<Slug> {
    Ok(text.try_into()?)
}

/// A record with nothing optional in it.
pub(crate) fn plain(id_text: &str, slug_text: &str, status: TenantStatus) -> Checked<TenantRecord> {
    Ok(NewTenant::new(slug_text)?.id(id(id_text)?).into_record(Utc::now(), status)?)
}

/// A record with everything in it.
fn full(id_text: &str, slug_text: &str) -> Checked<TenantRecord> {
    Ok(NewTenant::new(slug_text)?
        .id(id(id_text)?)
        .name("Acme & Söhne 'GmbH'")
        .isolation(Isolation::Schema)
        .metadata(json!({"max_users": 5}))
        .database_url(SecretString::from("postgres://acme:hunter2@db/acme"))
        .schema_name("Acme \"quoted\"")
        .into_record(Utc::now(), TenantStatus::Provisioning)?)
}

/// Whether two tenants are equal in every field.
fn same(left: &Tenant, right: &Tenant) -> Checked {
    let (left, right) = (left.to_record(), right.to_record());
    ensure_eq!(format!("{left:?}"), format!("{right:?}"));
    ensure_eq!(left.metadata, right.metadata);
    let url = |record: &TenantRecord| record.database_url.as_ref().map(|url| url.expose_secret().to_owned());
    ensure_eq!(url(&left), url(&right));
    Ok(())
}
