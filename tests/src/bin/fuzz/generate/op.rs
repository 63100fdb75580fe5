//! Random operations.

use fastrand::Rng;

use super::read::read;
use super::write::{voucher, write};
use super::{Names, amount, id, once_in, one_of};
use crate::plan::{Block, Misuse, Op, Raw, Step};

const MISUSES: [Misuse; 12] = [
    Misuse::ForeignQuery,
    Misuse::ForeignBoxed,
    Misuse::ForeignSub,
    Misuse::ForeignInsert,
    Misuse::ForeignUpdate,
    Misuse::ForeignDelete,
    Misuse::ForeignHandle,
    Misuse::NoScope,
    Misuse::BuiltOutside,
    Misuse::PlainSpawn,
    Misuse::DieselInsert,
    Misuse::Text,
];

pub(crate) fn op(rng: &mut Rng, names: &Names) -> Op {
    match rng.u32(..100) {
        0..58 => Op::Step(Step::Read(read(rng, names))),
        58..82 => Op::Step(Step::Write(write(rng, names))),
        82..88 => Op::Transaction(block(rng, names, 2)),
        88..92 => {
            let (write, code) = voucher(rng);
            Op::Voucher(write, code)
        }
        92..97 => misuse(rng, names),
        // A connection that ran SQL text is not used again, and a dropped one neither: a new one is dear.
        97 if names.text && once_in(rng, 2) => raw(rng),
        97 | 98 if once_in(rng, 3) => Op::Drop { polls: rng.usize(1..14), transaction: rng.bool() },
        97 | 98 => Op::ReadDropped,
        _ => Op::Step(Step::Read(read(rng, names))),
    }
}

fn block(rng: &mut Rng, names: &Names, depth: u32) -> Block {
    let steps = (0..rng.usize(1..5))
        .map(|_| match rng.u32(..8) {
            0 if depth > 1 => Step::Savepoint(block(rng, names, depth - 1)),
            0..4 => Step::Write(write(rng, names)),
            _ => Step::Read(read(rng, names)),
        })
        .collect();
    Block { steps, commit: !once_in(rng, 3) }
}

fn raw(rng: &mut Rng) -> Op {
    Op::Raw(match rng.u32(..3) {
        0 => Raw::Select(amount(rng)),
        1 => Raw::Update(id(rng)),
        _ => Raw::InTransaction(amount(rng)),
    })
}

fn misuse(rng: &mut Rng, names: &Names) -> Op {
    let misuse = *one_of(rng, &MISUSES);
    let other = (names.own + rng.usize(1..names.keys.len())) % names.keys.len();
    match misuse {
        Misuse::Text if names.text => Op::Misuse(Misuse::NoScope, other),
        misuse => Op::Misuse(misuse, other),
    }
}
