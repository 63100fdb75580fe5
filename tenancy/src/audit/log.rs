//! The audit log as an application holds it.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use super::acting::{acting, acting_from};
use super::actor::{Actor, Origin};
use super::chain::AuditChain;
use super::error::AuditError;
use super::record::AuditRecord;
use super::redaction::Redaction;
use super::sink::AuditSink;
use crate::context::{Application, TenantContext};
#[cfg(feature = "actix")]
use crate::resolve::TrustedProxies;

/// The largest details of an entry, unless the application says otherwise: a table is no place for documents.
const MAX_DETAILS: usize = 16 * 1024;

/// What becomes of something that cannot be written to the audit log, where the library writes by itself: a verb of a
/// tenant's life, a reading across tenants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnFailure {
    /// It is not done.
    #[default]
    Refuse,
    /// It is done, and the failure is logged as an error.
    Continue,
}

/// Writes entries: who did what, to what, for which tenant. Cloning it copies a pointer and what is known of the actor.
///
/// An application makes one, gives it to `Tenancy::builder(…).audit(…)`, and takes it as a handler's argument or from
/// `Tenancy::audit`.
#[derive(Clone)]
pub struct AuditLog {
    settings: Arc<Settings>,
    actor: Option<Actor>,
    origin: Option<Origin>,
}

#[derive(Clone, Default)]
pub(super) struct Settings {
    pub(super) sink: Option<Arc<dyn AuditSink>>,
    pub(super) redaction: Redaction,
    pub(super) max_details: usize,
    on_failure: OnFailure,
    #[cfg(feature = "actix")]
    proxies: Option<TrustedProxies>,
    application: Option<Application>,
}

impl AuditLog {
    /// A log that writes to this sink.
    pub fn to(sink: impl AuditSink) -> Self {
        Self::new(Some(Arc::new(sink)))
    }

    /// That of an application without one.
    pub(crate) fn none() -> Self {
        Self::new(None)
    }

    fn new(sink: Option<Arc<dyn AuditSink>>) -> Self {
        let settings = Settings { sink, max_details: MAX_DETAILS, ..Settings::default() };
        Self { settings: Arc::new(settings), actor: None, origin: None }
    }

    /// Details whose values are not written, by their names, beside those that never are: names with `password`,
    /// `passwd`, `passphrase`, `secret`, `token`, `authorization`, `credential`, `cookie`, `api_key`, `access_key`,
    /// `private_key`, `card_number` or `cvv` in them. Case, `_` and `-` do not count, and a part of a name is enough.
    #[must_use]
    pub fn redact(mut self, names: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let settings = Arc::make_mut(&mut self.settings);
        for name in names {
            settings.redaction.add(name.as_ref());
        }
        self
    }

    /// The largest details of an entry, in bytes of JSON; an entry with larger ones is an error. Default: 16 KiB.
    #[must_use]
    pub fn max_details(mut self, bytes: usize) -> Self {
        Arc::make_mut(&mut self.settings).max_details = bytes;
        self
    }

    /// What becomes of what the library writes by itself and cannot. Default: it is refused.
    #[must_use]
    pub fn on_failure(mut self, on_failure: OnFailure) -> Self {
        Arc::make_mut(&mut self.settings).on_failure = on_failure;
        self
    }

    /// Takes a client's address from these proxies' `X-Forwarded-For` or `Forwarded`. Default: the address at the other
    /// end of the connection, whatever headers say.
    #[cfg(feature = "actix")]
    #[must_use]
    pub fn behind(mut self, proxies: TrustedProxies) -> Self {
        Arc::make_mut(&mut self.settings).proxies = Some(proxies);
        self
    }

    /// The same log with entries by this actor.
    #[must_use]
    pub fn by(&self, actor: Actor) -> Self {
        Self { actor: Some(actor), ..self.clone() }
    }

    /// The same log with entries from there.
    #[must_use]
    pub fn from_origin(&self, origin: Origin) -> Self {
        Self { origin: Some(origin), ..self.clone() }
    }

    /// Runs `future` on behalf of this log's actor: see [`acting_as`](super::acting_as).
    pub fn acting<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
        let (actor, origin) = self.who();
        acting_from(actor, origin, future)
    }

    /// Begins an entry about this action: `order.deleted`, say. It is of the tenant in scope, or of the application where
    /// there is none, by the actor of this log, or of [`acting_as`](super::acting_as).
    ///
    /// ```
    /// # use tenancy::audit::{AuditError, AuditLog};
    /// # async fn deleted(audit: AuditLog, id: i32) -> Result<(), AuditError> {
    /// audit.record("order.deleted").resource("order", id).detail("reason", "asked for by phone").write().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn record(&self, action: impl AsRef<str>) -> AuditRecord<'_> {
        let (actor, origin) = self.who();
        AuditRecord::new(&self.settings, action.as_ref(), self.chain(), actor, origin)
    }

    /// Whether anything is written at all.
    pub(crate) fn is_on(&self) -> bool {
        self.settings.sink.is_some()
    }

    pub(crate) fn refuses(&self) -> bool {
        self.settings.on_failure == OnFailure::Refuse
    }

    #[cfg(feature = "actix")]
    pub(crate) fn proxies(&self) -> Option<&TrustedProxies> {
        self.settings.proxies.as_ref()
    }

    /// Of this application: tenants of others in the same process are none of its.
    pub(crate) fn of(mut self, application: Application) -> Self {
        Arc::make_mut(&mut self.settings).application = Some(application);
        self
    }

    pub(crate) async fn check(&self) -> Result<(), AuditError> {
        match &self.settings.sink {
            Some(sink) => sink.check().await,
            None => Ok(()),
        }
    }

    /// With the actor of the running task, to be taken elsewhere.
    pub(crate) fn captured(&self) -> Self {
        let (actor, origin) = self.who();
        Self { settings: Arc::clone(&self.settings), actor: Some(actor), origin: Some(origin) }
    }

    fn who(&self) -> (Actor, Origin) {
        let running = match (&self.actor, &self.origin) {
            (Some(_), Some(_)) => None,
            _ => acting(),
        };
        let (actor, origin) = running.unwrap_or_default();
        (self.actor.clone().unwrap_or(actor), self.origin.clone().unwrap_or(origin))
    }

    fn chain(&self) -> AuditChain {
        let is_ours = |context: &TenantContext| {
            self.settings.application.is_none_or(|application| application == context.application())
        };
        match TenantContext::try_current().filter(is_ours) {
            Some(context) => AuditChain::from(context.tenant().id()),
            None => AuditChain::application(),
        }
    }
}

impl fmt::Debug for AuditLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuditLog")
            .field("sink", &self.settings.sink)
            .field("on_failure", &self.settings.on_failure)
            .field("actor", &self.actor)
            .finish_non_exhaustive()
    }
}
