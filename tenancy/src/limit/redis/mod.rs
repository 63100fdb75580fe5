//! Counting in a Redis that several processes share.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use redis::Script;

use super::{RateDecision, RateKey, RateLimits, RateStore, RateStoreError, RateWindow};
use crate::redis_link::Link;

/// One script: one step that nobody else's comes between.
const TAKE: &str = include_str!("take.lua");
/// What keys begin with, unless the application says otherwise.
const PREFIX: &str = "tenancy:rate";
/// How long Redis may take to answer, unless the application says otherwise.
const ANSWERS_WITHIN: Duration = Duration::from_millis(100);
/// How long a Redis that does not answer is left alone, unless the application says otherwise.
const BACKS_OFF: Duration = Duration::from_secs(1);

/// Counts requests in a Redis, for all processes that share it.
///
/// A decision is one round trip: a script that runs as one step, by the server's clock (`TIME`); no process's own clock
/// counts. Every tenant has a list for each window, `tenancy:rate:{id}:name:seconds`, of at most 1,000 requests, or
/// 1,001 stretches of a thousandth of the window where the limit is larger: up to 16 KB. It goes by itself a window
/// after the last request.
///
/// The server must be Redis 5 or newer, or one that has its commands, and let scripts ask for the time. It is one server, and
/// no cluster; one that evicts keys (`maxmemory-policy`), or is replaced by a replica, forgets requests.
/// An address with `rediss://` needs the application to turn on `tokio-rustls-comp` of the crate `redis`.
pub struct RedisRateStore {
    link: Link,
    take: Script,
    prefix: String,
}

impl RedisRateStore {
    /// Connects to nothing yet: an application starts without its Redis.
    ///
    /// # Errors
    /// [`RateStoreError::InvalidUrl`].
    pub fn new(url: impl AsRef<str>) -> Result<Self, RateStoreError> {
        let link = Link::new(url.as_ref(), ANSWERS_WITHIN, BACKS_OFF)?;
        Ok(Self { link, take: Script::new(TAKE), prefix: PREFIX.to_owned() })
    }

    /// What keys begin with: applications that share a Redis need each their own. Default: `tenancy:rate`.
    #[must_use]
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// How long Redis may take for an answer, connecting included; then the limiter fails open or closed. A request
    /// whose answer comes too late may count all the same. Default: 100 milliseconds.
    #[must_use]
    pub fn answers_within(mut self, time: Duration) -> Self {
        self.link.answers_within = time;
        self
    }

    /// How long Redis is left alone when it could not be reached, or has been late three times in a row: meanwhile no
    /// request waits for it. Then one request asks again. Default: 1 second.
    #[must_use]
    pub fn backs_off(mut self, time: Duration) -> Self {
        self.link.backs_off = time;
        self
    }

    /// Asks the server to run the script for nobody: for an application that should not start without its limits, or
    /// with a server that lets no script ask for the time.
    ///
    /// # Errors
    /// [`RateStoreError::Unavailable`].
    pub async fn ping(&self) -> Result<(), RateStoreError> {
        let answer: Vec<i64> = self.link.call(&self.take.prepare_invoke()).await?;
        decision(&answer, &[]).map(drop)
    }
}

#[async_trait]
impl RateStore for RedisRateStore {
    async fn take(&self, key: RateKey<'_>, limits: &RateLimits) -> Result<RateDecision, RateStoreError> {
        let mut invocation = self.take.prepare_invoke();
        for limit in limits.iter() {
            // In braces the part that says where in a cluster a key is: a tenant's are together.
            invocation.key(format!(
                "{}:{{{}}}:{}:{}",
                self.prefix,
                key.tenant(),
                key.limiter(),
                limit.seconds()
            ));
            invocation.arg(limit.window_micros()).arg(limit.requests()).arg(limit.grain_micros());
        }
        decision(&self.link.call::<Vec<i64>>(&invocation).await?, limits)
    }
}

/// The script's answer.
fn decision(answer: &[i64], limits: &[super::RateLimit]) -> Result<RateDecision, RateStoreError> {
    let strange = || RateStoreError::unavailable("Redis gave an answer that is none of the script's");
    let micros = |number: i64| Duration::from_micros(u64::try_from(number).unwrap_or(0));
    let [clock, admitted, windows @ ..] = answer else { return Err(strange()) };
    let (windows, rest) = windows.as_chunks::<3>();
    if windows.len() != limits.len() || !rest.is_empty() {
        return Err(strange());
    }
    let windows = windows.iter().zip(limits).map(|([used, next, wait], limit)| RateWindow {
        limit: *limit,
        used: u32::try_from(*used).unwrap_or(u32::MAX),
        next: micros(*next),
        wait: micros(*wait),
    });
    Ok(RateDecision::new(*admitted == 1, micros(*clock), windows.collect()))
}

// The link's address may hold a password.
impl fmt::Debug for RedisRateStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisRateStore")
            .field("prefix", &self.prefix)
            .field("answers_within", &self.link.answers_within)
            .field("backs_off", &self.link.backs_off)
            .finish_non_exhaustive()
    }
}
