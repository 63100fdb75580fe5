//! How one tenant's rows are kept apart from another's: where they are, and how that place is made and
//! taken away.

mod claim;
mod ddl;
#[cfg(feature = "postgres")]
mod drop_database;
mod error;
pub mod inspect;
mod layout;
#[cfg(feature = "mysql")]
mod mysql;
mod names;
mod place;
#[cfg(feature = "postgres")]
mod postgres;
mod provision;
mod relocate;
#[cfg(feature = "postgres")]
mod rls;
mod rows;
#[cfg(feature = "postgres")]
mod schema;
#[cfg(feature = "postgres")]
mod sql_text;
#[cfg(feature = "sqlite")]
mod sqlite;

pub use self::error::IsolationError;
pub use self::names::PlaceNames;
pub use self::provision::Provision;
pub use self::relocate::RelocateError;

#[cfg(any(feature = "mysql", feature = "postgres"))]
pub(crate) use self::layout::Role;
pub(crate) use self::layout::{Databases, Layout, Roles};
#[cfg(any(feature = "mysql", feature = "postgres"))]
pub(crate) use self::names::{DATABASES, PLACEHOLDER};
pub(crate) use self::place::Place;
pub(crate) use self::provision::{Made, destroy, provision};
pub(crate) use self::relocate::{MoveOptions, Mover, Steps};
