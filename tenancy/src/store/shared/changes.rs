//! What other processes have changed.

use std::sync::Weak;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use redis::{ErrorKind, RedisResult};
use tokio::time::timeout;

use super::RedisStore;
use super::inner::Inner;
use crate::tenant::TenantId;

/// After how long it is connected again.
const AGAIN: Duration = Duration::from_millis(200);
/// How long connecting, subscribing, or an answer to a ping may take.
const ANSWERS_WITHIN: Duration = Duration::from_secs(5);
/// How often it is looked whether the store is still there.
const LOOKS_UP: Duration = Duration::from_secs(1);
/// After how long without a word the server is asked for one: a host that is gone says nothing, and nor does a network.
const QUIET: Duration = Duration::from_secs(10);

/// What has to be looked for again.
pub(crate) enum Changed {
    /// This tenant.
    One(TenantId),
    /// Every tenant: messages may have been missed.
    All,
}

/// Has `forget` told of everything that any process changes, in a task that ends when the store is gone; so `forget` must not
/// keep it.
///
/// Redis keeps no messages: after every beginning, and after every connection that was lost, everything may have changed.
pub(crate) fn follow(store: &RedisStore, forget: impl Fn(Changed) + Send + Sync + 'static) {
    let inner = std::sync::Arc::downgrade(&store.0);
    tokio::spawn(async move {
        let mut is_told = false;
        while inner.strong_count() > 0 {
            let ended = listen(&inner, &forget).await;
            let Some(inner) = inner.upgrade() else { return };
            // Once for each time that it is down.
            let was_listening = inner.counters.is_listening.swap(false, Ordering::Relaxed);
            if let Err(error) = ended
                && (was_listening || !is_told)
            {
                is_told = true;
                tracing::warn!(
                    %error,
                    "changes by other processes are not heard of: they are seen when what is kept is too old"
                );
            }
            drop(inner);
            tokio::time::sleep(AGAIN).await;
        }
    });
}

/// Until the connection is lost, or the store is gone.
async fn listen(inner: &Weak<Inner>, forget: &(impl Fn(Changed) + Sync)) -> RedisResult<()> {
    let Some((client, channel)) =
        inner.upgrade().map(|inner| (inner.policy.client(), inner.policy.channel()))
    else {
        return Ok(());
    };
    let client = client?;
    let (mut asking, mut messages) = in_time(async { Ok(client.get_async_pubsub().await?.split()) }).await?;
    in_time(asking.subscribe(channel)).await?;
    if let Some(inner) = inner.upgrade() {
        inner.counters.is_listening.store(true, Ordering::Relaxed);
    }
    forget(Changed::All);
    let mut heard = Instant::now();
    while inner.strong_count() > 0 {
        match timeout(LOOKS_UP, messages.next()).await {
            Ok(Some(message)) => {
                heard = Instant::now();
                let id = message.get_payload::<String>().ok().and_then(|text| TenantId::try_from(text).ok());
                // What is no tenant's id is nobody's of ours.
                if let Some(id) = id {
                    forget(Changed::One(id));
                }
            }
            Ok(None) => return Err((ErrorKind::Io, "Redis has closed the connection").into()),
            Err(_) if heard.elapsed() >= QUIET => {
                in_time(asking.ping()).await.map(|_: redis::Value| ())?;
                heard = Instant::now();
            }
            Err(_) => {}
        }
    }
    Ok(())
}

async fn in_time<T>(answer: impl Future<Output = RedisResult<T>>) -> RedisResult<T> {
    timeout(ANSWERS_WITHIN, answer)
        .await
        .unwrap_or_else(|_| Err((ErrorKind::Io, "Redis does not answer").into()))
}
