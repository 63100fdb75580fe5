//! Changes that meet.

use futures_util::future::join_all;
use serde_json::{Map, Value, json};

use super::{Checked, Store, full, id, plain, same};
use crate::store::StoreError;
use crate::tenant::{Placement, Tenant, TenantId, TenantRecord, TenantStatus};

const WRITERS: usize = 32;

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

pub(crate) async fn every_change_is_a_version(store: Store) -> Checked {
    use TenantStatus::{Active, Suspended};

    // What a record says of its version when it is registered is not asked.
    let record = TenantRecord { version: 77, ..plain("a1", "acme", Active)? };
    let created = store.create(record).await?;
    ensure_eq!(created.version(), 1);
    same(&store.get(created.id()).await?, &created)?;
    let id = created.id();
    for (version, changed) in [
        (2, store.update(&created).await?),
        (3, store.set_status(id, Active, Suspended).await?),
        (4, store.set_placement(id, Placement::default(), Placement::default()).await?),
        (5, store.merge_metadata(id, Map::new()).await?),
    ] {
        ensure_eq!(changed.version(), version);
    }
    ensure_eq!(store.get(id).await?.version(), 5);
    Ok(())
}

pub(crate) async fn a_stale_record_is_not_written(store: Store) -> Checked {
    let read = store.create(full("a1", "acme")?).await?;
    let other = TenantRecord { name: "Acme Ltd".to_owned(), ..read.to_record() };
    let newest = store.update(&Tenant::from_record(other)?).await?;
    for version in [read.version(), newest.version() + 1, 0, u64::MAX] {
        let mine = TenantRecord { name: "Mine".to_owned(), database_url: None, version, ..read.to_record() };
        let refused = store.update(&Tenant::from_record(mine)?).await;
        match refused {
            Err(StoreError::Stale { id, version: named }) => {
                ensure_eq!((id.as_str(), named), ("a1", version));
            }
            other => broken!("{other:?}"),
        }
        same(&store.get(read.id()).await?, &newest)?;
    }
    Ok(())
}

/// One more in the tenant's own count, as often as it takes until nobody else was first.
async fn count_up(store: &Store, id: &TenantId) -> Checked {
    loop {
        let read = store.get(id).await?;
        let mut record = read.to_record();
        let count = record.metadata.get("count").and_then(Value::as_u64).unwrap_or_default();
        record.metadata.insert("count".to_owned(), json!(count + 1));
        match store.update(&Tenant::from_record(record)?).await {
            Ok(_) => return Ok(()),
            Err(StoreError::Stale { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

pub(crate) async fn no_update_of_concurrent_writers_is_lost(store: Store) -> Checked {
    store.create(plain("a1", "acme", TenantStatus::Active)?).await?;
    let a1 = id("a1")?;
    join_all((0..WRITERS).map(|_| count_up(&store, &a1))).await.into_iter().collect::<Checked>()?;
    let read = store.get(&a1).await?;
    ensure_eq!(read.metadata().get("count"), Some(&json!(WRITERS)));
    ensure_eq!(read.version(), WRITERS as u64 + 1);
    Ok(())
}

pub(crate) async fn keys_are_put_into_the_metadata(store: Store) -> Checked {
    let created = store.create(full("a1", "acme")?).await?;
    store.create(plain("b1", "globex", TenantStatus::Active)?).await?;
    let mut expected = created.metadata().clone();
    for patch in [
        json!({"theme": "dark", "nested": {"a": 1, "b": 2}}),
        // Values go in whole: nothing of the old one stays.
        json!({"nested": {"c": 3}, "max_users": null}),
        json!({"": "é \u{1F600} \" \\ \n $1 ' % .", "$.a[0]": [1, {"x": []}], "large": u64::MAX}),
        json!({}),
    ] {
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        let before = store.get(created.id()).await?;
        let patch = object(patch);
        expected.extend(patch.clone());
        let changed = store.merge_metadata(created.id(), patch).await?;
        ensure_eq!(changed.metadata(), &expected);
        ensure!(changed.updated_at() > before.updated_at());
        same(&store.get(created.id()).await?, &changed)?;
        let alone = TenantRecord {
            metadata: expected.clone(),
            updated_at: changed.updated_at(),
            version: before.version() + 1,
            ..created.to_record()
        };
        same(&changed, &Tenant::from_record(alone)?)?;
    }
    ensure!(store.get(&id("b1")?).await?.metadata().is_empty());
    let gone = store.merge_metadata(&id("ghost")?, Map::new()).await;
    ensure!(matches!(gone, Err(StoreError::NotFound { .. })), "{gone:?}");
    Ok(())
}

pub(crate) async fn metadata_that_may_not_be_is_not_put_in(store: Store) -> Checked {
    let created = store.create(full("a1", "acme")?).await?;
    let deep = (0..200).fold(json!(1), |inner, _| json!([inner]));
    for bad in [json!({"deep": deep}), json!({"nul": "a\0b"}), json!({"a\0b": 1})] {
        let refused = store.merge_metadata(created.id(), object(bad)).await;
        ensure!(matches!(refused, Err(StoreError::Invalid(_))), "{refused:?}");
        same(&store.get(created.id()).await?, &created)?;
    }
    Ok(())
}

pub(crate) async fn no_key_of_concurrent_writers_is_lost(store: Store) -> Checked {
    store.create(plain("a1", "acme", TenantStatus::Active)?).await?;
    let a1 = id("a1")?;
    let writers = (0..WRITERS).map(|n| store.merge_metadata(&a1, object(json!({ format!("key{n}"): n }))));
    join_all(writers).await.into_iter().collect::<Result<Vec<_>, _>>()?;
    let read = store.get(&a1).await?;
    for n in 0..WRITERS {
        ensure_eq!(read.metadata().get(&format!("key{n}")), Some(&json!(n)));
    }
    ensure_eq!(read.version(), WRITERS as u64 + 1);
    Ok(())
}
