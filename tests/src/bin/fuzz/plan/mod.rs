//! Operations as plain data: what the generator makes, the model evaluates and Diesel runs.

mod op;
mod pred;
mod read;
mod write;

pub(crate) use self::op::{Block, Misuse, Op, Raw, Step};
pub(crate) use self::pred::{Cmp, Int, Pred, Source, Sub, Text};
pub(crate) use self::read::{Combined, Listing, Page, Read};
pub(crate) use self::write::{Change, Conflict, Form, NewOrder, Target, Voucher, Write};
