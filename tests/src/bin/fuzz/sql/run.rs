//! A place: an application under one isolation, its tenants at work at the same time.

use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use fastrand::Rng;
use tenancy::{Isolation, TenantContext};
use tenancy_tests::world::register;
use tokio::sync::Mutex;

use super::block::{At, Stop, block, step};
use super::countries::fill_countries;
use super::dropped::Attempts;
use super::misuse::misuse;
use super::raw::raw;
use super::voucher::voucher;
use super::{Db, Tenancy, holds_text};
use crate::check::{Mismatch, Verdict, check};
use crate::generate::{Names, op};
use crate::model::{self, Codes, Effect, Rules, Tables};
use crate::options::Options;
use crate::plan::{Misuse, Op, Raw, Read, Step};
use crate::report::{Done, Failure};
use crate::value::{MARK, Outcome, Refusal, row};

/// See the module.
pub(crate) struct Place {
    name: String,
    shared: Arc<Shared>,
    members: Vec<Member>,
    worked: Duration,
    /// What has to stay for as long as the place does.
    _ground: Box<dyn Any + Send>,
}

/// What the tenants of a place have in common.
struct Shared {
    tenancy: Tenancy,
    rules: Rules,
    contexts: Vec<TenantContext>,
    codes: Mutex<Codes>,
    queries: AtomicU64,
    /// Operations that another writer was in the way of.
    busy: AtomicU64,
    failed: AtomicBool,
    operations: u64,
}

/// A tenant at work.
struct Member {
    names: Names,
    rng: Rng,
    tables: Tables,
    attempts: Attempts,
    /// Operations so far.
    done: u64,
}

impl Place {
    /// An application with new tenants; its tables have been migrated.
    pub(crate) async fn new(
        name: String,
        isolation: Isolation,
        tenancy: Tenancy,
        options: &Options,
        ground: Box<dyn Any + Send>,
    ) -> Self {
        let mut tenants = Vec::new();
        for number in 0..options.tenants {
            tenants.push(register(&tenancy, &format!("fuzz{number}")).await);
        }
        let contexts: Vec<_> = tenants.iter().map(|tenant| tenancy.context(tenant)).collect();
        let own_countries = isolation == Isolation::Database;
        for context in contexts.iter().take(if own_countries { contexts.len() } else { 1 }) {
            context.clone().scope(fill_countries(&tenancy)).await;
        }
        let keys: Vec<_> = tenants.iter().map(|tenant| tenant.id().to_string()).collect();
        let marks: Vec<_> = (0..tenants.len())
            .map(|number| format!("{MARK}{number}-{:04x}", options.seed & 0xffff))
            .collect();
        let mut seeds = Rng::with_seed(options.seed ^ hash(&name));
        let members = (0..tenants.len()).map(|own| Member {
            tables: Tables::new(&keys[own], &marks[own]),
            names: Names { keys: keys.clone(), marks: marks.clone(), own, text: holds_text(isolation) },
            rng: seeds.fork(),
            attempts: Attempts::default(),
            done: 0,
        });
        let members = members.collect();
        let shared_codes = matches!(isolation, Isolation::Column | Isolation::Rls);
        let shared = Shared {
            tenancy,
            rules: Rules { shared_codes, policies: isolation == Isolation::Rls },
            contexts,
            codes: Mutex::default(),
            queries: AtomicU64::new(0),
            busy: AtomicU64::new(0),
            failed: AtomicBool::new(false),
            operations: options.operations,
        };
        Self { name, shared: Arc::new(shared), members, worked: Duration::ZERO, _ground: ground }
    }

    /// Whether every tenant has done as many operations as it may.
    pub(crate) fn is_done(&self) -> bool {
        self.members.iter().all(|member| member.done >= self.shared.operations)
    }

    pub(crate) fn done(&self) -> Done {
        Done {
            place: self.name.clone(),
            queries: self.shared.queries.load(Ordering::Relaxed),
            busy: self.shared.busy.load(Ordering::Relaxed),
            worked: self.worked,
        }
    }

    /// Lets every tenant work for so long, or until one finds something wrong.
    pub(crate) async fn work(&mut self, time: Duration) -> Option<Failure> {
        let began = Instant::now();
        let tasks: Vec<_> = std::mem::take(&mut self.members)
            .into_iter()
            .map(|member| tokio::spawn(member.work(Arc::clone(&self.shared), began + time)))
            .collect();
        let mut failure = None;
        for task in tasks {
            let (member, wrong) = task.await.expect("a task of the fuzzer does not panic");
            let Member { names, done, .. } = &member;
            failure = failure.or(wrong.map(|mismatch| Failure {
                place: self.name.clone(),
                tenant: names.own,
                operation: *done,
                mismatch,
            }));
            self.members.push(member);
        }
        self.worked += began.elapsed();
        failure
    }
}

impl Member {
    async fn work(mut self, shared: Arc<Shared>, until: Instant) -> (Self, Option<Mismatch>) {
        let mut db = None;
        let mut lease = 0;
        while Instant::now() < until
            && self.done < shared.operations
            && !shared.failed.load(Ordering::Relaxed)
        {
            let op = op(&mut self.rng, &self.names);
            self.done += 1;
            if lease == 0 {
                // Back to the pool: the next one may be another, or the same after another tenant.
                db = None;
                lease = self.rng.u32(1..6);
            }
            lease -= 1;
            match self.run(&op, &shared, &mut db).await {
                Ok(Verdict::Done | Verdict::Refused) => {}
                Ok(Verdict::Busy) => {
                    shared.busy.fetch_add(1, Ordering::Relaxed);
                    db = None;
                }
                Err(mismatch) => {
                    shared.failed.store(true, Ordering::Relaxed);
                    return (self, Some(mismatch));
                }
            }
        }
        drop(db);
        let end = self.look(&shared).await;
        (self, end.err())
    }

    /// Whether everything is there that has to be, and nothing else.
    async fn look(&mut self, shared: &Shared) -> Result<(), Mismatch> {
        let mut db = None;
        for read in [Read::AllOrders, Read::AllPeople, Read::Vouchers] {
            self.run(&Op::Step(Step::Read(read)), shared, &mut db).await?;
        }
        self.run(&Op::ReadDropped, shared, &mut db).await.map(drop)
    }

    async fn run(&mut self, op: &Op, shared: &Shared, held: &mut Option<Db>) -> Result<Verdict, Mismatch> {
        let context = &shared.contexts[self.names.own];
        let mark = self.names.mark().to_owned();
        let mark = &*mark;
        if let Op::Drop { polls, transaction } = op {
            *held = None;
            shared.queries.fetch_add(1, Ordering::Relaxed);
            self.attempts.attempt(&shared.tenancy, context, mark, *polls, *transaction).await;
            return Ok(Verdict::Done);
        }
        let taken = match held.take() {
            Some(db) => Ok(db),
            None => context.clone().scope(shared.tenancy.db()).await,
        };
        let db = held.insert(taken.map_err(|error| Mismatch::new(&"taking a handle", "a handle", error))?);
        let at = At { mark, queries: &shared.queries };
        match op {
            Op::Step(plan) => context.clone().scope(step(plan, &mut self.tables, at, db)).await,
            Op::Transaction(plan) => {
                let ended = context.clone().scope(block(plan, &mut self.tables, at, db)).await;
                match ended {
                    Ok(()) => Ok(Verdict::Done),
                    Err(Stop::GivenUp | Stop::Refused) => Ok(Verdict::Refused),
                    Err(Stop::Busy) => Ok(Verdict::Busy),
                    Err(Stop::Wrong(mismatch)) => {
                        Err(Mismatch { what: format!("{}, in {plan:?}", mismatch.what), ..mismatch })
                    }
                    Err(Stop::Broken(error)) => Err(Mismatch::new(plan, "a transaction", error)),
                }
            }
            Op::Voucher(write, code) => {
                // Until it has answered: whose the code is must not change meanwhile.
                let mut codes = shared.codes.lock().await;
                shared.queries.fetch_add(1, Ordering::Relaxed);
                let (mut after, mut codes_after) = (self.tables.clone(), codes.clone());
                let id = i32::try_from(self.done).expect("the numbers are enough");
                let own = self.names.own;
                let effect =
                    model::voucher(*write, code, id, &mut after, &mut codes_after, own, shared.rules);
                let found = context.clone().scope(voucher(*write, code, id, mark, db)).await;
                let verdict = match (effect, &found) {
                    (Effect::Nothing(_), Outcome::Refused(_)) => Verdict::Refused,
                    (Effect::Exactly(expected) | Effect::Nothing(expected), found) => {
                        check(op, mark, &expected, found)?
                    }
                };
                if verdict == Verdict::Done {
                    (self.tables, *codes) = (after, codes_after);
                }
                Ok(verdict)
            }
            Op::Raw(text) => {
                shared.queries.fetch_add(1, Ordering::Relaxed);
                let mut after = self.tables.clone();
                let expected = expected_of_text(*text, &mut after);
                let found = context.clone().scope(raw(*text, db)).await;
                // Not to be used again by anybody.
                *held = None;
                let verdict = check(text, mark, &expected, &found)?;
                if verdict == Verdict::Done {
                    self.tables = after;
                }
                Ok(verdict)
            }
            Op::Misuse(what, other) => {
                shared.queries.fetch_add(1, Ordering::Relaxed);
                let other = &shared.contexts[*other];
                let (found, expected) = misuse(*what, &shared.tenancy, context, other, db).await;
                if *what == Misuse::Text {
                    *held = None;
                }
                check(what, mark, &Outcome::Refused(Refusal::Scope(expected.to_owned())), &found)
            }
            Op::ReadDropped => {
                shared.queries.fetch_add(1, Ordering::Relaxed);
                context.clone().scope(self.attempts.read(mark, db)).await.map(|()| Verdict::Done)
            }
            Op::Drop { .. } => Ok(Verdict::Done),
        }
    }
}

fn expected_of_text(text: Raw, tables: &mut Tables) -> Outcome {
    match text {
        Raw::Select(amount) | Raw::InTransaction(amount) => {
            let found = tables.orders.values().filter(|order| order.amount > amount);
            Outcome::rows(found.map(|order| row![order.id, &order.mark]).collect(), false)
        }
        Raw::Update(person) => {
            let changed = tables.orders.values_mut().filter(|order| order.person_id == person);
            Outcome::Count(changed.map(|order| order.amount += 1).count())
        }
    }
}

/// The same for the same text on every machine.
fn hash(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
