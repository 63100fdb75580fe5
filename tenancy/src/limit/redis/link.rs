//! The connection to a Redis: one for the process, made when it is needed, with a bound on how long anybody waits for it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use redis::aio::MultiplexedConnection;
use redis::{
    AsyncConnectionConfig, Client, ErrorKind, RedisError, RedisResult, ScriptInvocation, ServerErrorKind,
};
use tokio::sync::OnceCell;
use tokio::time::timeout;

use crate::limit::RateStoreError;

/// After so many answers in a row that came too late, a connection is given up: it may lead nowhere.
const LATE: u32 = 3;
/// How much of Redis' own words an error repeats, in characters.
const WORDS: usize = 300;

/// A connection that whoever comes first makes, and the others wait for.
type Slot = Arc<OnceCell<MultiplexedConnection>>;

pub(super) struct Link {
    client: Client,
    pub(super) answers_within: Duration,
    pub(super) backs_off: Duration,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    slot: Slot,
    /// How many answers in a row came too late.
    late: u32,
    /// Until when nobody asks.
    rests_until: Option<Instant>,
}

impl Link {
    pub(super) fn new(
        url: &str,
        answers_within: Duration,
        backs_off: Duration,
    ) -> Result<Self, RateStoreError> {
        // The crate's errors do not repeat the address.
        let client =
            Client::open(url).map_err(|error| RateStoreError::InvalidUrl { reason: words(&error) })?;
        Ok(Self { client, answers_within, backs_off, state: Mutex::default() })
    }

    /// Runs a script, and loads it first where the server does not know it.
    pub(super) async fn call(&self, invocation: &ScriptInvocation<'_>) -> Result<Vec<i64>, RateStoreError> {
        let slot = self.begin()?;
        match timeout(self.answers_within, self.ask(&slot, invocation)).await {
            Ok(Ok(answer)) => {
                self.has_answered();
                Ok(answer)
            }
            Ok(Err(error)) => Err(self.has_failed(&slot, &error)),
            Err(_) => Err(self.is_late(&slot)),
        }
    }

    /// The connection to ask over, unless it is left alone now. When that time is over, one request is let through, and
    /// the others when it has had an answer.
    fn begin(&self) -> Result<Slot, RateStoreError> {
        let mut state = self.state();
        if let Some(until) = state.rests_until {
            let now = Instant::now();
            if now < until {
                return Err(RateStoreError::unavailable(
                    "Redis did not answer a moment ago, and is left alone for now",
                ));
            }
            state.rests_until = Some(now + self.backs_off);
        }
        Ok(Arc::clone(&state.slot))
    }

    async fn ask(&self, slot: &Slot, invocation: &ScriptInvocation<'_>) -> RedisResult<Vec<i64>> {
        let mut connection = self.connection(slot).await?;
        match invocation.invoke_async(&mut connection).await {
            Err(error) if error.is_connection_dropped() => {
                // A server closes what nobody has used for long, and all when it starts again. If it has run the script
                // before, the request counts twice: less is admitted, and never more.
                let slot = self.give_up(slot);
                let mut connection = self.connection(&slot).await?;
                invocation.invoke_async(&mut connection).await
            }
            answer => answer,
        }
    }

    async fn connection(&self, slot: &Slot) -> RedisResult<MultiplexedConnection> {
        let connect = || async {
            // The one bound is around all of it.
            let config = AsyncConnectionConfig::new().set_connection_timeout(None).set_response_timeout(None);
            self.client.get_multiplexed_async_connection_with_config(&config).await
        };
        slot.get_or_try_init(connect).await.cloned()
    }

    /// Another connection in place of this one, unless somebody has put one there already.
    fn give_up(&self, slot: &Slot) -> Slot {
        let mut state = self.state();
        if Arc::ptr_eq(&state.slot, slot) {
            state.slot = Slot::default();
        }
        Arc::clone(&state.slot)
    }

    fn has_answered(&self) {
        let mut state = self.state();
        (state.late, state.rests_until) = (0, None);
    }

    fn has_failed(&self, slot: &Slot, error: &RedisError) -> RateStoreError {
        match error.kind() {
            // A master that has become a replica: its name may lead to another by now.
            ErrorKind::Server(ServerErrorKind::ReadOnly) => drop(self.give_up(slot)),
            // It has answered, and at once. The second is what the crate has no name for, as WRONGTYPE.
            ErrorKind::Server(_) | ErrorKind::Extension => {}
            _ => {
                self.give_up(slot);
                self.rest();
            }
        }
        RateStoreError::unavailable(words(error))
    }

    fn is_late(&self, slot: &Slot) -> RateStoreError {
        let is_lost = {
            let mut state = self.state();
            state.late = state.late.saturating_add(1);
            state.late >= LATE
        };
        if is_lost {
            self.give_up(slot);
            self.rest();
        }
        RateStoreError::unavailable(format!("Redis did not answer within {:?}", self.answers_within))
    }

    fn rest(&self) {
        self.state().rests_until = Some(Instant::now() + self.backs_off);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn words(error: &RedisError) -> String {
    error.to_string().chars().take(WORDS).collect()
}
