//! The connection to a Redis: one for the process, made when it is needed, with a bound on how long anybody waits for it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use redis::aio::MultiplexedConnection;
use redis::{
    AsyncConnectionConfig, Client, ErrorKind, FromRedisValue, RedisError, RedisResult, ScriptInvocation,
    ServerErrorKind,
};
use tokio::sync::OnceCell;
use tokio::time::timeout;

/// Why Redis gave no answer.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum LinkError {
    /// The address is none.
    #[error("the address of Redis is none: {reason}")]
    InvalidUrl {
        /// The crate's reason, without the address.
        reason: String,
    },
    /// It cannot be reached, is late, or does not do what it is told.
    #[error("{reason}")]
    Unavailable {
        /// What was seen.
        reason: String,
    },
}

impl LinkError {
    pub(crate) fn unavailable(reason: impl Into<String>) -> Self {
        Self::Unavailable { reason: reason.into() }
    }
}

/// After so many answers in a row that came too late, a connection is given up: it may lead nowhere.
const LATE: u32 = 3;
/// How long a connection may take to be made.
const CONNECTS_WITHIN: Duration = Duration::from_secs(5);
/// As long as anything is measured.
const A_YEAR: Duration = Duration::from_secs(365 * 24 * 3600);
/// How much of Redis' own words an error repeats, in characters.
const WORDS: usize = 300;

/// A connection that whoever comes first makes, and the others wait for.
type Slot = Arc<OnceCell<MultiplexedConnection>>;

pub(crate) struct Link {
    client: Client,
    pub(crate) answers_within: Duration,
    pub(crate) backs_off: Duration,
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
    pub(crate) fn new(url: &str, answers_within: Duration, backs_off: Duration) -> Result<Self, LinkError> {
        // The crate's errors do not repeat the address.
        let client = Client::open(url).map_err(|error| LinkError::InvalidUrl { reason: words(&error) })?;
        Ok(Self { client, answers_within, backs_off, state: Mutex::default() })
    }

    /// Runs a script, and loads it first where the server does not know it.
    pub(crate) async fn call<T: FromRedisValue>(
        &self,
        invocation: &ScriptInvocation<'_>,
    ) -> Result<T, LinkError> {
        let slot = self.begin()?;
        self.call_over(slot, invocation).await
    }

    /// Also while the server is left alone: for what has to be told.
    pub(crate) async fn call_at_any_time<T: FromRedisValue>(
        &self,
        invocation: &ScriptInvocation<'_>,
    ) -> Result<T, LinkError> {
        let slot = Arc::clone(&self.state().slot);
        self.call_over(slot, invocation).await
    }

    async fn call_over<T: FromRedisValue>(
        &self,
        slot: Slot,
        invocation: &ScriptInvocation<'_>,
    ) -> Result<T, LinkError> {
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
    fn begin(&self) -> Result<Slot, LinkError> {
        let mut state = self.state();
        if let Some(until) = state.rests_until {
            let now = Instant::now();
            if now < until {
                return Err(LinkError::unavailable(
                    "Redis did not answer a moment ago, and is left alone for now",
                ));
            }
            state.rests_until = Some(now + self.backs_off.min(A_YEAR));
        }
        Ok(Arc::clone(&state.slot))
    }

    async fn ask<T: FromRedisValue>(&self, slot: &Slot, invocation: &ScriptInvocation<'_>) -> RedisResult<T> {
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

    /// The connection. A task makes it, for whoever asks may not wait for as long as that takes, and the next is to find it.
    async fn connection(&self, slot: &Slot) -> RedisResult<MultiplexedConnection> {
        if let Some(connection) = slot.get() {
            return Ok(connection.clone());
        }
        let (slot, client) = (Arc::clone(slot), self.client.clone());
        let made = tokio::spawn(async move {
            let connect = || async {
                let config = AsyncConnectionConfig::new()
                    .set_connection_timeout(Some(CONNECTS_WITHIN))
                    .set_response_timeout(Some(CONNECTS_WITHIN));
                let connection = client.get_multiplexed_async_connection_with_config(&config).await;
                // From here on the bound is the one around every request.
                connection.map(|mut connection| {
                    connection.set_response_timeout(A_YEAR);
                    connection
                })
            };
            slot.get_or_try_init(connect).await.cloned()
        });
        made.await
            .unwrap_or_else(|_| Err((ErrorKind::Io, "the runtime ended while Redis was connected").into()))
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

    fn has_failed(&self, slot: &Slot, error: &RedisError) -> LinkError {
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
        LinkError::unavailable(words(error))
    }

    fn is_late(&self, slot: &Slot) -> LinkError {
        let is_lost = {
            let mut state = self.state();
            state.late = state.late.saturating_add(1);
            state.late >= LATE
        };
        if is_lost {
            // One that is being made is not given up: the next is to find it.
            if slot.initialized() {
                self.give_up(slot);
            }
            self.rest();
        }
        LinkError::unavailable(format!("Redis did not answer within {:?}", self.answers_within))
    }

    fn rest(&self) {
        self.state().rests_until = Some(Instant::now() + self.backs_off.min(A_YEAR));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn words(error: &RedisError) -> String {
    error.to_string().chars().take(WORDS).collect()
}
