//! What other processes have changed.

use std::sync::Weak;
use std::time::Duration;

use futures_util::StreamExt as _;
use redis::RedisResult;

use super::RedisStore;
use super::inner::Inner;
use crate::tenant::TenantId;

/// After how long it is connected again.
const AGAIN: Duration = Duration::from_millis(200);

/// How often it is looked whether the store is still there.
const LOOKS_UP: Duration = Duration::from_secs(1);

/// What has to be looked for again.
pub(crate) enum Changed {
    /// This tenant.
    One(TenantId),
    /// Every tenant: messages may have been missed.
    All,
}

/// Has `forget` told of everything that any process changes, in a task that ends when the store is gone.
///
/// Redis keeps no messages: after every beginning, and after every connection that was lost, everything may have changed.
pub(crate) fn follow(store: &RedisStore, forget: impl Fn(Changed) + Send + Sync + 'static) {
    let inner = std::sync::Arc::downgrade(&store.0);
    tokio::spawn(async move {
        while inner.strong_count() > 0 {
            if let Err(error) = listen(&inner, &forget).await {
                tracing::warn!(%error, "changes by other processes are not heard of: they are seen when what is kept is too old");
            }
            tokio::time::sleep(AGAIN).await;
        }
    });
}

async fn listen(inner: &Weak<Inner>, forget: &(impl Fn(Changed) + Sync)) -> RedisResult<()> {
    let Some((client, channel)) =
        inner.upgrade().map(|inner| (inner.policy.client(), inner.policy.channel()))
    else {
        return Ok(());
    };
    let mut messages = client?.get_async_pubsub().await?;
    messages.subscribe(channel).await?;
    forget(Changed::All);
    let mut messages = messages.into_on_message();
    while inner.strong_count() > 0 {
        let message = match tokio::time::timeout(LOOKS_UP, messages.next()).await {
            Ok(Some(message)) => message,
            Ok(None) => break,
            Err(_) => continue,
        };
        let id = message.get_payload::<String>().ok().and_then(|text| TenantId::try_from(text).ok());
        // What is no tenant's id is nobody's of ours.
        if let Some(id) = id {
            forget(Changed::One(id));
        }
    }
    Ok(())
}
