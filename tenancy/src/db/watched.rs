//! Statements on PostgreSQL whose future, or whose rows, may be dropped before the server has answered.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};

use diesel::QueryResult;
use diesel_async::{AsyncConnectionCore, AsyncPgConnection};
use futures_core::Stream;
use futures_core::future::BoxFuture;
use futures_core::stream::BoxStream;

use super::session::Busy;

/// Rows that are polled at once when a stream of them is dropped: what was asked for one row has often sent its
/// few others by then.
const LEFT_OVER: usize = 64;

type Row = <AsyncPgConnection as AsyncConnectionCore>::Row<'static, 'static>;
pub(super) type DriverRows = BoxStream<'static, QueryResult<Row>>;

/// A statement. From the first poll to the answer the flag is raised: one that is dropped halfway leaves it
/// raised, the handle refuses, and the pool throws the connection away.
#[allow(missing_debug_implementations, reason = "a boxed future or stream has none")]
pub struct Watched<'a, T> {
    statement: BoxFuture<'a, QueryResult<T>>,
    busy: Option<Busy>,
}

impl<'a, T> Watched<'a, T> {
    pub(super) fn new(busy: Busy, statement: BoxFuture<'a, QueryResult<T>>) -> Self {
        Self { statement, busy: Some(busy) }
    }

    /// For a statement that raises the flag by itself, or is none.
    pub(super) fn by_itself(statement: BoxFuture<'a, QueryResult<T>>) -> Self {
        Self { statement, busy: None }
    }
}

impl<T> Future for Watched<'_, T> {
    type Output = QueryResult<T>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if let Some(busy) = &self.busy {
            busy.raise();
        }
        let polled = self.statement.as_mut().poll(cx);
        if polled.is_ready()
            && let Some(busy) = self.busy.take()
        {
            busy.lower();
        }
        polled
    }
}

/// A statement that gives rows.
#[allow(missing_debug_implementations, reason = "a boxed future or stream has none")]
pub struct Loading<'a> {
    rows: Watched<'a, DriverRows>,
    open: Option<OpenRows>,
}

impl<'a> Loading<'a> {
    pub(super) fn new(rows: Watched<'a, DriverRows>, open: OpenRows) -> Self {
        Self { rows, open: Some(open) }
    }

    /// For rows that have been read to the end before the first is given.
    pub(super) fn read(rows: Watched<'a, DriverRows>) -> Self {
        Self { rows, open: None }
    }
}

impl Future for Loading<'_> {
    type Output = QueryResult<Rows>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let polled = Pin::new(&mut self.rows).poll(cx);
        polled.map_ok(|rows| {
            let open = self.open.take().inspect(OpenRows::begin);
            Rows { rows, open }
        })
    }
}

/// Streams of rows that the server has not sent to their end. While there is one, no other request may have the
/// connection: its first statement would wait for them. The handle itself goes on, and waits.
#[derive(Debug, Clone, Default)]
pub(super) struct OpenRows(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    open: AtomicUsize,
    is_any_left: AtomicBool,
}

impl OpenRows {
    fn begin(&self) {
        self.0.open.fetch_add(1, Ordering::AcqRel);
    }

    fn end(self) {
        self.0.open.fetch_sub(1, Ordering::AcqRel);
    }

    /// Nobody will read the rest.
    fn leave(self) {
        self.0.is_any_left.store(true, Ordering::Release);
        self.end();
    }

    /// Whether somebody may still read.
    pub(super) fn is_any(&self) -> bool {
        self.0.open.load(Ordering::Acquire) > 0
    }

    /// Whether the server may still be sending what nobody reads.
    pub(super) fn is_any_left(&self) -> bool {
        self.0.is_any_left.load(Ordering::Acquire)
    }

    /// It has sent all of it.
    pub(super) fn none_left(&self) {
        self.0.is_any_left.store(false, Ordering::Release);
    }
}

/// The rows of a statement.
#[allow(missing_debug_implementations, reason = "a boxed future or stream has none")]
pub struct Rows {
    rows: DriverRows,
    open: Option<OpenRows>,
}

impl Stream for Rows {
    type Item = QueryResult<Row>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let polled = self.rows.as_mut().poll_next(cx);
        if matches!(polled, Poll::Ready(None))
            && let Some(open) = self.open.take()
        {
            open.end();
        }
        polled
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.rows.size_hint()
    }
}

impl Drop for Rows {
    fn drop(&mut self) {
        if self.open.is_none() {
            return;
        }
        // Who asks for one row drops the stream before its end, though the end has arrived with the row.
        let mut cx = Context::from_waker(Waker::noop());
        for _ in 0..LEFT_OVER {
            if !matches!(Pin::new(&mut *self).poll_next(&mut cx), Poll::Ready(Some(_))) {
                break;
            }
        }
        if let Some(open) = self.open.take() {
            open.leave();
        }
    }
}
