//! The issuer's keys, as they were when last fetched.

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use tokio::time::Instant;

use super::super::algorithm::{JwtAlgorithm, KeyKind};
use super::super::document::Document;
use super::super::jwk::Origin as Word;
use super::super::refusals;
use super::super::verifying::{KeySet, NoKey, VerifyingKey};
use super::flight::{self, Flights, Turn};
use super::settings::{Jwks, Origin};
use super::source::JwksSource;
use crate::resolve::Refusal;

/// Keys that are fetched when they are needed.
#[derive(Debug)]
pub(in super::super) struct FetchedKeys {
    /// None where the configuration has a problem.
    issuer: Option<Arc<Issuer>>,
    problems: Vec<String>,
}

/// Shared with the fetch that is under way, which belongs to no request.
#[derive(Debug)]
struct Issuer {
    source: Arc<dyn JwksSource>,
    settings: Jwks,
    kept: ArcSwapOption<Kept>,
    flights: Flights,
}

#[derive(Debug)]
struct Kept {
    keys: KeySet,
    since: Instant,
}

impl FetchedKeys {
    pub(in super::super) fn new(settings: Jwks) -> Self {
        #[cfg_attr(not(feature = "jwks"), allow(unused_mut, reason = "a source of one's own has no address"))]
        let mut problems = settings.problems();
        let source = match &settings.origin {
            Origin::Source(source) => Some(Arc::clone(source)),
            #[cfg(feature = "jwks")]
            Origin::Url { url, plain } => match super::http::HttpSource::new(url, *plain) {
                Ok(source) => Some(Arc::new(source) as Arc<dyn JwksSource>),
                Err(problem) => {
                    problems.push(problem);
                    None
                }
            },
        };
        let issuer = |source| {
            Arc::new(Issuer { source, settings, kept: ArcSwapOption::empty(), flights: Flights::default() })
        };
        Self { issuer: source.filter(|_| problems.is_empty()).map(issuer), problems }
    }

    pub(in super::super) fn problems(&self) -> &[String] {
        &self.problems
    }

    /// The one key for a token. Waits for the issuer where there are no keys, or none with the token's id.
    pub(in super::super) async fn choose(
        &self,
        id: Option<&str>,
        algorithm: JwtAlgorithm,
    ) -> Result<Arc<VerifyingKey>, Refusal> {
        // No newer set would have it.
        if algorithm.kind() == KeyKind::Secret {
            return Err(refusals::ALGORITHM);
        }
        let issuer = self.issuer.as_ref().ok_or(refusals::NOT_CONFIGURED)?;
        let kept = issuer.kept().await.ok_or(refusals::KEYS_UNAVAILABLE)?;
        match kept.keys.choose(id, algorithm) {
            Err(NoKey::Unknown) => {}
            chosen => return Ok(chosen?),
        }
        issuer.refresh(true).await;
        let kept = issuer.usable().ok_or(refusals::KEYS_UNAVAILABLE)?;
        Ok(kept.keys.choose(id, algorithm)?)
    }
}

impl Issuer {
    /// The keys, fetched again when they are due.
    async fn kept(self: &Arc<Self>) -> Option<Arc<Kept>> {
        let fresh_for = self.settings.fresh_for;
        match self.usable() {
            Some(kept) if kept.since.elapsed() < fresh_for => return Some(kept),
            // Behind the requests, unless nobody has asked for so long that a withdrawn key might be believed; and behind
            // them in any case while the issuer does not answer, or each would wait for that.
            Some(kept) => {
                let is_overdue = kept.since.elapsed() >= fresh_for.saturating_mul(2);
                self.refresh(is_overdue && !self.flights.has_failed()).await;
            }
            None => self.refresh(true).await,
        }
        self.usable()
    }

    /// The keys, if they are not too old.
    fn usable(&self) -> Option<Arc<Kept>> {
        self.kept.load_full().filter(|kept| kept.since.elapsed() < self.settings.stale_for)
    }

    /// Has the keys fetched, if that may be, and waits for it if `wait` says so.
    async fn refresh(self: &Arc<Self>, wait: bool) {
        let landed = match self.flights.turn(self.settings.at_most_every) {
            Turn::TooSoon => return,
            Turn::Wait(landed) => landed,
            Turn::Fetch(fetching, landed) => {
                // A task of its own: a request that is dropped must not end what others wait for, or use up the interval.
                let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
                let issuer = Arc::clone(self);
                runtime.spawn(async move {
                    issuer.fetch().await;
                    drop(fetching);
                });
                landed
            }
        };
        if wait {
            // The fetch has the same bound; this one also holds where its thread is busy with something else.
            let _ = tokio::time::timeout(self.settings.timeout, flight::landed(landed)).await;
        }
    }

    async fn fetch(&self) {
        // From before the question: what the answer says was so at that time at the earliest.
        let since = Instant::now();
        let answer = tokio::time::timeout(self.settings.timeout, self.source.fetch()).await;
        let document = match answer {
            Ok(Ok(json)) => Document::read(&json, &self.settings.algorithms, Word::Issuer),
            Ok(Err(error)) => {
                tracing::warn!(%error, source = ?self.source, "the issuer's keys could not be fetched");
                return;
            }
            Err(_) => Err("the answer took too long"),
        };
        match document {
            Ok(Document { keys, unusable }) => {
                tracing::debug!(keys = keys.len(), ?unusable, source = ?self.source, "the issuer's keys were fetched");
                self.kept.store(Some(Arc::new(Kept { keys, since })));
                self.flights.succeeded();
            }
            Err(error) => {
                tracing::warn!(error, source = ?self.source, "the issuer's keys could not be fetched");
            }
        }
    }
}
