//! A request's body, and whether somebody waits for it: who uploads slowly must not hold a connection meanwhile.

use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use actix_web::dev::{Payload, ServiceRequest};
use actix_web::error::PayloadError;
use actix_web::http::header::CONTENT_LENGTH;
use actix_web::web::Bytes;
use actix_web::{HttpMessage, HttpRequest};
use futures_core::Stream;

/// How far the reading of a request's body is. Kept in the request's extensions; a request without a body has
/// none.
#[derive(Clone, Default)]
pub(super) struct BodyProgress(Rc<Shared>);

#[derive(Default)]
struct Shared {
    phase: Cell<Phase>,
    waiting: RefCell<Vec<Waker>>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Phase {
    /// Nobody has asked for it.
    #[default]
    Untouched,
    /// Somebody reads it.
    Begun,
    /// It has been read, or given up.
    Over,
}

impl BodyProgress {
    /// Watches the body of a request, if it has one.
    pub(super) fn watch(request: &mut ServiceRequest) {
        let is_empty = matches!(request.parts().1, Payload::None)
            || request.headers().get(CONTENT_LENGTH).is_some_and(|length| length.as_bytes() == b"0");
        if is_empty {
            return;
        }
        let progress = Self::default();
        let payload = Watched { payload: request.take_payload(), progress: progress.clone() };
        request.set_payload(Payload::Stream { payload: Box::pin(payload) });
        request.extensions_mut().insert(progress);
    }

    /// Waits until those who read the body at the same time have read it. Done at once where nobody reads it,
    /// or where somebody had begun to before this was asked for: that one may be who asks.
    pub(super) fn read_by_others(request: &HttpRequest) -> impl Future<Output = ()> + use<> {
        let progress = request.extensions().get::<Self>().cloned();
        let progress = progress.filter(|progress| progress.0.phase.get() == Phase::Untouched);
        let mut others_are_polled = false;
        std::future::poll_fn(move |cx| match &progress {
            None => Poll::Ready(()),
            Some(_) if !others_are_polled => {
                // Arguments of a handler are polled in their order: let the others begin.
                others_are_polled = true;
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            Some(progress) if progress.0.phase.get() == Phase::Begun => {
                progress.0.wait(cx.waker());
                Poll::Pending
            }
            Some(_) => Poll::Ready(()),
        })
    }
}

impl Shared {
    fn wait(&self, waker: &Waker) {
        let mut waiting = self.waiting.borrow_mut();
        if !waiting.iter().any(|known| known.will_wake(waker)) {
            waiting.push(waker.clone());
        }
    }

    fn set(&self, phase: Phase) {
        self.phase.set(phase);
        if phase == Phase::Over {
            // Taken out first: whoever is woken may come back here.
            let waiting = std::mem::take(&mut *self.waiting.borrow_mut());
            waiting.into_iter().for_each(Waker::wake);
        }
    }
}

/// The body itself.
struct Watched {
    payload: Payload,
    progress: BodyProgress,
}

impl Stream for Watched {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.progress.0.phase.get() == Phase::Untouched {
            self.progress.0.set(Phase::Begun);
        }
        let polled = Pin::new(&mut self.payload).poll_next(cx);
        if matches!(polled, Poll::Ready(None | Some(Err(_)))) {
            self.progress.0.set(Phase::Over);
        }
        polled
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.progress.0.set(Phase::Over);
    }
}
