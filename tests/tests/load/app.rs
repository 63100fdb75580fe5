//! The application under load: one resource, as a user of the library would write it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError, web};
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use diesel_async::RunQueryDsl;
use serde::{Deserialize, Serialize};
use tenancy::TenancyError;
use tenancy::postgres::TenantDb;
use tenancy_tests::schema::orders;

/// An order as clients see it, with the tenant column, so that they can tell whose it is.
#[derive(Debug, Deserialize, Queryable, Selectable, Serialize)]
#[diesel(table_name = orders)]
pub(crate) struct Order {
    pub(crate) tenant_id: String,
    pub(crate) id: i32,
    pub(crate) title: String,
    pub(crate) amount: i32,
}

/// What a client sends to make one.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct NewOrder {
    pub(crate) id: i32,
    pub(crate) title: String,
    pub(crate) amount: i32,
}

/// Part of the list.
#[derive(Debug, Deserialize)]
struct Page {
    from: i32,
    limit: i64,
}

/// What is added to an order's amount.
#[derive(Debug, Deserialize)]
struct Step {
    by: i32,
    /// Microseconds after which the handler gives up, wherever it is.
    #[serde(default)]
    patience: Option<u64>,
}

/// Handlers that were dropped before they had answered.
#[derive(Clone, Debug, Default)]
pub(crate) struct Dropped(Arc<AtomicUsize>);

impl Dropped {
    pub(crate) fn count(&self) -> usize {
        AtomicUsize::load(&self.0, Ordering::Relaxed)
    }

    /// Runs a handler's work, and counts it if it does not end.
    async fn watch<T>(&self, work: impl Future<Output = T>) -> T {
        struct Guard<'a>(Option<&'a AtomicUsize>);
        impl Drop for Guard<'_> {
            fn drop(&mut self) {
                if let Some(count) = self.0 {
                    count.fetch_add(1, Ordering::Relaxed);
                }
            }
        }
        let mut guard = Guard(Some(&self.0));
        let result = work.await;
        guard.0 = None;
        result
    }
}

/// Why a request of this application fails.
#[derive(Debug)]
enum Failure {
    /// The change was taken back on purpose.
    RolledBack,
    /// The handler gave up.
    TooLate,
    Tenancy(TenancyError),
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::RolledBack => f.write_str("the change was taken back"),
            Self::TooLate => f.write_str("the handler gave up"),
            Self::Tenancy(error) => error.fmt(f),
        }
    }
}

impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::RolledBack => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooLate => StatusCode::GATEWAY_TIMEOUT,
            Self::Tenancy(TenancyError::Database(Error::DatabaseError(
                DatabaseErrorKind::UniqueViolation,
                _,
            ))) => StatusCode::CONFLICT,
            Self::Tenancy(error) => error.status_code(),
        }
    }

    /// A test wants to know what went wrong inside.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::build(self.status_code()).body(self.to_string())
    }
}

impl<E: Into<TenancyError>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Tenancy(error.into())
    }
}

type Answer<T> = Result<web::Json<T>, Failure>;

/// The routes, to be put behind the middleware.
pub(crate) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/orders", web::get().to(list))
        .route("/orders", web::post().to(create))
        .route("/orders/count", web::get().to(count))
        .route("/orders/{id}", web::get().to(read))
        .route("/orders/{id}", web::delete().to(delete))
        .route("/orders/{id}/add", web::post().to(add))
        .route("/orders/{id}/add-in-transaction", web::post().to(add_in_transaction))
        .route("/orders/{id}/take-back", web::post().to(take_back));
}

async fn list(mut db: TenantDb, page: web::Query<Page>, dropped: web::Data<Dropped>) -> Answer<Vec<Order>> {
    let query = orders::table
        .filter(orders::id.ge(page.from))
        .order(orders::id)
        .limit(page.limit)
        .select(Order::as_select());
    Ok(web::Json(dropped.watch(query.load(&mut db)).await?))
}

async fn count(mut db: TenantDb, page: web::Query<Page>) -> Answer<i64> {
    let rows = orders::table.filter(orders::id.le(page.from));
    Ok(web::Json(rows.count().get_result(&mut db).await?))
}

async fn read(mut db: TenantDb, id: web::Path<i32>) -> Answer<Order> {
    Ok(web::Json(orders::table.find(*id).select(Order::as_select()).first(&mut db).await?))
}

async fn create(mut db: TenantDb, order: web::Json<NewOrder>) -> Answer<usize> {
    let NewOrder { id, title, amount } = order.into_inner();
    let row =
        (orders::id.eq(id), orders::customer_id.eq(1), orders::title.eq(title), orders::amount.eq(amount));
    Ok(web::Json(tenancy::insert_into(orders::table).values(row).execute(&mut db).await?))
}

async fn delete(mut db: TenantDb, id: web::Path<i32>) -> Answer<usize> {
    Ok(web::Json(tenancy::delete(orders::table.find(*id)).execute(&mut db).await?))
}

/// One statement.
async fn add(
    db: TenantDb,
    id: web::Path<i32>,
    step: web::Query<Step>,
    dropped: web::Data<Dropped>,
) -> Answer<i32> {
    let (mut db, id, by) = (db, *id, step.by);
    let work = async {
        let amount = tenancy::update(orders::table.find(id))
            .set(orders::amount.eq(orders::amount + by))
            .returning(orders::amount)
            .get_result(&mut db)
            .await?;
        Ok(web::Json(amount))
    };
    patiently(&step, &dropped, work).await
}

/// Read under a lock, add here, write: loses writes wherever the lock is not the row's.
async fn add_in_transaction(
    db: TenantDb,
    id: web::Path<i32>,
    step: web::Query<Step>,
    dropped: web::Data<Dropped>,
) -> Answer<i32> {
    let (mut db, id, by) = (db, *id, step.by);
    let work = async {
        let amount = db.transaction::<_, Failure, _>(async |db| read_and_write(db, id, by).await).await?;
        Ok(web::Json(amount))
    };
    patiently(&step, &dropped, work).await
}

/// The same, and then an error: nothing may be left of it.
async fn take_back(mut db: TenantDb, id: web::Path<i32>, step: web::Query<Step>) -> Answer<i32> {
    let (id, by) = (*id, step.by);
    db.transaction::<web::Json<i32>, Failure, _>(async |db| {
        read_and_write(db, id, by).await?;
        Err(Failure::RolledBack)
    })
    .await
}

async fn read_and_write(db: &mut TenantDb, id: i32, by: i32) -> Result<i32, Failure> {
    let row = orders::table.find(id);
    let amount: i32 = row.select(orders::amount).for_update().first(db).await?;
    let written = amount + by;
    tenancy::update(orders::table.find(id)).set(orders::amount.eq(written)).execute(db).await?;
    Ok(written)
}

/// Runs the work, and drops it where it is when the time is up.
async fn patiently<T>(
    step: &Step,
    dropped: &Dropped,
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let work = dropped.watch(work);
    match step.patience {
        None => work.await,
        Some(patience) => {
            tokio::time::timeout(Duration::from_micros(patience), work).await.unwrap_or(Err(Failure::TooLate))
        }
    }
}
