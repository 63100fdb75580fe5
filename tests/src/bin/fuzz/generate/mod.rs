//! Random operations. What is chosen depends on the seed alone, never on an answer.

mod op;
mod pred;
mod read;
mod write;

pub(crate) use self::op::op;

use fastrand::Rng;

/// Keys of every tenant: few, so that they collide.
pub(super) const IDS: i32 = 9;
/// Titles and names; lower case, for SQLite's and MySQL's LIKE knows no other.
const WORDS: [&str; 6] = ["a", "b", "ab", "ba", "aab", "untitled"];
const PATTERNS: [&str; 6] = ["a%", "%b", "%a%", "_b", "%", "mk-%"];
/// The last is not among the countries.
const COUNTRIES: [&str; 3] = ["DE", "FR", "XX"];

/// Who generates, and whose values it may ask for.
#[derive(Debug, Clone)]
pub(crate) struct Names {
    /// Every tenant's key; so a filter may name another tenant's.
    pub(crate) keys: Vec<String>,
    /// Every tenant's mark.
    pub(crate) marks: Vec<String>,
    pub(crate) own: usize,
    /// SQL text is held by the database.
    pub(crate) text: bool,
}

impl Names {
    pub(crate) fn mark(&self) -> &str {
        &self.marks[self.own]
    }
}

fn id(rng: &mut Rng) -> i32 {
    rng.i32(1..=IDS)
}

fn word(rng: &mut Rng) -> String {
    one_of(rng, &WORDS).to_string()
}

fn amount(rng: &mut Rng) -> i32 {
    rng.i32(-1..=6)
}

fn country(rng: &mut Rng) -> String {
    one_of(rng, &COUNTRIES).to_string()
}

fn one_of<'a, T>(rng: &mut Rng, values: &'a [T]) -> &'a T {
    &values[rng.usize(..values.len())]
}

/// True once in so many times.
fn once_in(rng: &mut Rng, times: u32) -> bool {
    rng.u32(..times) == 0
}
