//! Moving a tenant's rows from one place to another: the fence that holds its writes, the copy, the comparison.
//!
//! In which order, and what the registry says meanwhile, is `lifecycle`'s.

mod error;
mod mover;
#[cfg(feature = "postgres")]
mod postgres;

pub use self::error::RelocateError;
pub(crate) use self::mover::{MoveOptions, Mover, Steps};

#[cfg(feature = "postgres")]
pub(super) use self::postgres::PgMover;
