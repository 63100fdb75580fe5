//! Operations as Diesel runs them. Compiled once for each backend, which says what `Db` and `Diesel` are.

mod block;
mod countries;
mod dropped;
mod misuse;
mod outcome;
mod pred;
mod raw;
mod read;
mod records;
mod run;
mod voucher;
mod write;

pub(crate) use self::run::Place;
pub(crate) use super::{Db, Diesel, Tenancy, holds_text};
