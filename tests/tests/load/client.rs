//! One of the clients: picks a tenant and a request, sends it, and checks the answer against the model.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::time::Duration;

use awc::http::StatusCode;
use tenancy::Tenant;

use super::app::{NewOrder, Order};
use super::http::{Answer, Http};
use super::model::{BUSY, Model, STABLE, UNSURE};

/// How many rows a list has.
const PAGE: i32 = 20;
/// The largest step of an amount.
const STEP: i32 = 9;
/// The longest a request is waited for that is going to be given up, in microseconds.
const PATIENCE: u64 = 6_000;

/// What the clients share. They are tasks of one thread.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) models: Vec<RefCell<Model>>,
    /// Requests that are still to be sent.
    left: Cell<usize>,
    /// Answered requests by kind.
    pub(crate) answered: RefCell<BTreeMap<&'static str, usize>>,
    /// What must not have happened.
    wrong: RefCell<Vec<String>>,
}

impl Run {
    pub(crate) fn new(tenants: &[Tenant], requests: usize) -> Self {
        Self {
            models: tenants.iter().map(|tenant| RefCell::new(Model::new(tenant.clone()))).collect(),
            left: Cell::new(requests),
            answered: RefCell::default(),
            wrong: RefCell::default(),
        }
    }

    fn note(&self, kind: &'static str, result: Result<(), String>) {
        match result {
            Ok(()) => *self.answered.borrow_mut().entry(kind).or_default() += 1,
            Err(wrong) => self.wrong.borrow_mut().push(wrong),
        }
    }

    /// Asserts that every answer was right.
    pub(crate) fn is_right(&self) {
        let wrong = self.wrong.borrow();
        let first: Vec<_> = wrong.iter().take(20).collect();
        assert!(wrong.is_empty(), "{} answers are wrong, the first of them: {first:#?}", wrong.len());
    }
}

/// A client with a random sequence of its own.
pub(crate) struct Client<'a> {
    pub(crate) http: Http,
    pub(crate) run: &'a Run,
    pub(crate) random: fastrand::Rng,
}

impl<'a> Client<'a> {
    /// Sends requests until enough have been sent by all.
    pub(crate) async fn work(mut self) {
        while let Some(left) = self.run.left.get().checked_sub(1) {
            self.run.left.set(left);
            let (model, tenant) = self.anyone();
            let (kind, result) = match self.random.u32(..100) {
                0..20 => ("list", self.list(model, &tenant).await),
                20..44 => ("read", self.read(model, &tenant).await),
                44..60 => ("add", self.add(model, &tenant, "add").await),
                60..72 => ("add in a transaction", self.add(model, &tenant, "add-in-transaction").await),
                72..80 => ("create", self.create(model, &tenant).await),
                80..85 => ("remove", self.remove(model, &tenant).await),
                85..87 => ("create again", self.create_again(model, &tenant).await),
                87..90 => ("take back", self.take_back(&tenant).await),
                90..91 => ("count", self.count(&tenant).await),
                91..96 => ("given up by the client", self.hang_up(model, &tenant).await),
                _ => ("given up by the handler", self.overtax(&tenant).await),
            };
            self.run.note(kind, result);
        }
    }

    /// Sends one request and gives it up.
    pub(crate) async fn give_up(mut self) {
        let (model, tenant) = self.anyone();
        let result = match self.random.bool() {
            true => self.hang_up(model, &tenant).await,
            false => self.overtax(&tenant).await,
        };
        self.run.note("given up in a burst", result);
    }

    fn anyone(&mut self) -> (&'a RefCell<Model>, String) {
        let models = &self.run.models;
        let model = &models[self.random.usize(..models.len())];
        (model, model.borrow().tenant.identifier().to_string())
    }

    /// A stable id; half of the time one of a few.
    fn stable(&mut self) -> i32 {
        if self.random.bool() { self.random.i32(BUSY) } else { self.random.i32(STABLE) }
    }

    async fn list(&mut self, model: &RefCell<Model>, tenant: &str) -> Result<(), String> {
        let from = self.random.i32(*STABLE.start()..=STABLE.end() - PAGE + 1);
        let answer = self.http.get(tenant, &format!("/orders?from={from}&limit={PAGE}")).await;
        let ids: Vec<i32> = own(model, &answer, answer.json()?)?.iter().map(|order| order.id).collect();
        if ids.iter().copied().eq(from..from + PAGE) {
            Ok(())
        } else {
            Err(format!("{}: ids {ids:?}", answer.request))
        }
    }

    async fn read(&mut self, model: &RefCell<Model>, tenant: &str) -> Result<(), String> {
        let (removed, made) = {
            let model = model.borrow();
            (model.removed(), model.made())
        };
        let id = match self.random.u32(..8) {
            0 => removed.unwrap_or(1),
            1 => made.unwrap_or(1),
            _ => self.stable(),
        };
        let before = model.borrow().amount(id);
        let answer = self.http.get(tenant, &format!("/orders/{id}")).await;
        if answer.has_status(StatusCode::NOT_FOUND) && (Some(id) == removed || !model.borrow().has(id)) {
            return Ok(());
        }
        let rows = own(model, &answer, vec![answer.json()?])?;
        let (row, after) = (&rows[0], model.borrow().amount(id));
        // While the answer was under way another client may have removed the row, and its amount with it.
        let fits = !model.borrow().has(id) || (before.confirmed..=after.sent).contains(&row.amount);
        if row.id == id && Some(id) != removed && fits {
            Ok(())
        } else {
            Err(format!("{}: {row:?}, with {before:?} before and {after:?} after", answer.request))
        }
    }

    async fn add(&mut self, model: &RefCell<Model>, tenant: &str, how: &str) -> Result<(), String> {
        let (id, by) = (self.stable(), self.random.i32(1..=STEP));
        let before = model.borrow().amount(id);
        model.borrow_mut().send_addition(id, by);
        let answer = self.http.post(tenant, &format!("/orders/{id}/{how}?by={by}")).await;
        let amount: i32 = answer.json()?;
        model.borrow_mut().confirm_addition(id, by);
        let after = model.borrow().amount(id);
        if (before.confirmed + by..=after.sent).contains(&amount) {
            Ok(())
        } else {
            Err(format!("{}: {amount}, with {before:?} before and {after:?} after", answer.request))
        }
    }

    async fn create(&mut self, model: &RefCell<Model>, tenant: &str) -> Result<(), String> {
        let (id, title) = {
            let mut model = model.borrow_mut();
            (model.new_id(), model.title())
        };
        let order = NewOrder { id, title, amount: self.random.i32(0..=STEP) };
        let answer = self.http.post_json(tenant, "/orders", &order).await;
        expect_one(&answer)?;
        model.borrow_mut().confirm_new(order.id, order.amount);
        Ok(())
    }

    /// An id that is taken: the statement fails, and nothing changes.
    async fn create_again(&mut self, model: &RefCell<Model>, tenant: &str) -> Result<(), String> {
        let order = NewOrder { id: self.stable(), title: model.borrow().title(), amount: -1_000_000 };
        self.http.post_json(tenant, "/orders", &order).await.expect(StatusCode::CONFLICT)
    }

    async fn remove(&mut self, model: &RefCell<Model>, tenant: &str) -> Result<(), String> {
        let made = self.random.bool();
        let Some(id) = model.borrow_mut().pick_removable(made) else {
            return Ok(());
        };
        let answer = self.http.delete(tenant, &format!("/orders/{id}")).await;
        expect_one(&answer)?;
        model.borrow_mut().confirm_removal(id);
        Ok(())
    }

    async fn take_back(&mut self, tenant: &str) -> Result<(), String> {
        let path = format!("/orders/{}/take-back?by=1000000", self.stable());
        self.http.post(tenant, &path).await.expect(StatusCode::UNPROCESSABLE_ENTITY)
    }

    async fn count(&self, tenant: &str) -> Result<(), String> {
        let answer = self.http.get(tenant, &format!("/orders/count?from={}&limit=0", STABLE.end())).await;
        match answer.json::<i32>()? {
            count if count == *STABLE.end() => Ok(()),
            other => Err(format!("{}: {other}", answer.request)),
        }
    }

    /// The client closes its connection while the server works; the server then drops the handler.
    async fn hang_up(&mut self, model: &RefCell<Model>, tenant: &str) -> Result<(), String> {
        let (id, kind) = (self.random.i32(UNSURE), self.random.u32(..3));
        let patience = Duration::from_micros(self.random.u64(..PATIENCE));
        let request = async {
            match kind {
                0 => self.http.get(tenant, &format!("/orders?from={}&limit=100", UNSURE.start())).await,
                1 => self.http.post(tenant, &format!("/orders/{id}/add?by=1")).await,
                _ => self.http.post(tenant, &format!("/orders/{id}/add-in-transaction?by=1")).await,
            }
        };
        match tokio::time::timeout(patience, request).await {
            Ok(answer) if kind == 0 => own(model, &answer, answer.json()?).map(drop),
            Ok(answer) => answer.json::<i32>().map(drop),
            Err(_) => Ok(()),
        }
    }

    /// The handler drops its own work after a moment.
    async fn overtax(&mut self, tenant: &str) -> Result<(), String> {
        let how = ["add", "add-in-transaction"][self.random.usize(..2)];
        let (id, patience) = (self.random.i32(UNSURE), self.random.u64(..PATIENCE));
        let path = format!("/orders/{id}/{how}?by=1&patience={patience}");
        let answer = self.http.post(tenant, &path).await;
        if answer.has_status(StatusCode::GATEWAY_TIMEOUT) { Ok(()) } else { answer.json::<i32>().map(drop) }
    }
}

/// The rows, if all of them are the tenant's.
fn own(model: &RefCell<Model>, answer: &Answer, rows: Vec<Order>) -> Result<Vec<Order>, String> {
    let model = model.borrow();
    let (tenant, title) = (model.tenant.id(), model.title());
    match rows.iter().find(|row| row.tenant_id != tenant.as_str() || row.title != title) {
        None => Ok(rows),
        Some(foreign) => Err(format!("{}: a foreign row: {foreign:?}", answer.request)),
    }
}

fn expect_one(answer: &Answer) -> Result<(), String> {
    match answer.json::<usize>()? {
        1 => Ok(()),
        other => Err(format!("{}: {other} rows", answer.request)),
    }
}
