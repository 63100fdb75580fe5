//! How one tenant is registered, read, changed and erased.

use chrono::Utc;
use futures_util::future::join_all;
use serde_json::json;

use super::{Checked, Store, full, id, plain, same, slug};
use crate::store::StoreError;
use crate::tenant::{NewTenant, Tenant, TenantError, TenantRecord, TenantStatus};

pub(crate) async fn what_is_created_is_read(store: Store) -> Checked {
    let created = store.create(full("a1", "acme")?).await?;
    store.create(plain("b1", "globex", TenantStatus::Active)?).await?;
    same(&store.get(&id("a1")?).await?, &created)?;
    same(&store.get_by_identifier(&slug("acme")?).await?, &created)?;
    ensure_eq!(store.get(&id("b1")?).await?.identifier().as_str(), "globex");
    Ok(())
}

pub(crate) async fn metadata_reads_back_as_it_was(store: Store) -> Checked {
    let metadata = json!({
        "": null, "text": "é \u{1F600} \" \\ \n $1 ' %", "nested": {"list": [1, -2, 0.5, true, [], {}]},
        "large": u64::MAX, "small": i64::MIN,
    });
    let new = NewTenant::new("acme")?.id(id("a1")?).metadata(metadata.clone());
    store.create(new.into_record(Utc::now(), TenantStatus::Active)?).await?;
    let read = store.get(&id("a1")?).await?;
    ensure_eq!(serde_json::Value::Object(read.metadata().clone()), metadata);
    Ok(())
}

pub(crate) async fn an_invalid_record_is_refused(store: Store) -> Checked {
    let mut record = plain("a1", "acme", TenantStatus::Active)?;
    record.schema_name = Some("pg_catalog".to_owned());
    let refused = store.create(record).await;
    ensure!(matches!(refused, Err(StoreError::Invalid(TenantError::SchemaName { .. }))), "{refused:?}");
    ensure_eq!(store.count(None).await?, 0);
    Ok(())
}

pub(crate) async fn an_id_is_taken_once(store: Store) -> Checked {
    store.create(plain("a1", "acme", TenantStatus::Active)?).await?;
    let refused = store.create(plain("a1", "other", TenantStatus::Active)?).await;
    ensure!(matches!(&refused, Err(StoreError::DuplicateId { id }) if id.as_str() == "a1"), "{refused:?}");
    // Where both are taken a database may find either first.
    let refused = store.create(plain("a1", "acme", TenantStatus::Active)?).await;
    let duplicate =
        matches!(refused, Err(StoreError::DuplicateId { .. } | StoreError::DuplicateIdentifier { .. }));
    ensure!(duplicate, "{refused:?}");
    ensure_eq!(store.count(None).await?, 1);
    ensure_eq!(store.get(&id("a1")?).await?.identifier().as_str(), "acme");
    Ok(())
}

pub(crate) async fn an_identifier_is_taken_once(store: Store) -> Checked {
    store.create(plain("a1", "acme", TenantStatus::Active)?).await?;
    match store.create(plain("b1", "acme", TenantStatus::Active)?).await {
        Err(StoreError::DuplicateIdentifier { identifier }) => ensure_eq!(identifier.as_str(), "acme"),
        other => broken!("{other:?}"),
    }
    ensure_eq!(store.get_by_identifier(&slug("acme")?).await?.id().as_str(), "a1");
    Ok(())
}

pub(crate) async fn what_is_not_there_is_not_found(store: Store) -> Checked {
    store.create(plain("a1", "acme", TenantStatus::Active)?).await?;
    let ghost = Tenant::from_record(plain("ghost", "ghost", TenantStatus::Active)?)?;
    for (what, error) in [
        ("id `ghost`", store.get(ghost.id()).await.map(drop)),
        ("identifier `ghost`", store.get_by_identifier(ghost.identifier()).await.map(drop)),
        ("id `ghost`", store.update(&ghost).await.map(drop)),
        (
            "id `ghost`",
            store.set_status(ghost.id(), TenantStatus::Active, TenantStatus::Deleted).await.map(drop),
        ),
        ("id `ghost`", store.delete(ghost.id()).await),
    ] {
        ensure!(matches!(&error, Err(StoreError::NotFound { what: named }) if named == what), "{error:?}");
    }
    ensure_eq!(store.count(None).await?, 1);
    Ok(())
}

pub(crate) async fn update_writes_every_field_but_id_created_at_and_placement(store: Store) -> Checked {
    let created = store.create(plain("a1", "acme", TenantStatus::Provisioning)?).await?;
    store.create(plain("b1", "globex", TenantStatus::Active)?).await?;
    let mut record = full("a1", "acme-two")?;
    record.status = TenantStatus::Active;
    record.created_at = Utc::now() + chrono::TimeDelta::days(9);
    tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    let updated = store.update(&Tenant::from_record(record.clone())?).await?;
    ensure_eq!(updated.created_at(), created.created_at());
    ensure!(updated.updated_at() > created.updated_at());
    record.created_at = created.created_at();
    record.updated_at = updated.updated_at();
    record.isolation = created.isolation();
    record.version = 2;
    same(&updated, &Tenant::from_record(record)?)?;
    same(&store.get(&id("a1")?).await?, &updated)?;
    ensure_eq!(store.get(&id("b1")?).await?.name(), "globex");
    Ok(())
}

pub(crate) async fn optional_fields_can_be_cleared(store: Store) -> Checked {
    let created = store.create(full("a1", "acme")?).await?;
    let cleared = TenantRecord {
        database_url: None,
        schema_name: None,
        metadata: serde_json::Map::new(),
        ..created.to_record()
    };
    store.update(&Tenant::from_record(cleared)?).await?;
    let read = store.get(&id("a1")?).await?;
    ensure!(read.schema_name().is_none() && read.metadata().is_empty());
    ensure!(read.database_url().is_none());
    Ok(())
}

pub(crate) async fn a_rename_moves_the_identifier(store: Store) -> Checked {
    let tenant = store.create(plain("a1", "acme", TenantStatus::Active)?).await?;
    let renamed = TenantRecord { slug: slug("acme-new")?, ..tenant.to_record() };
    store.update(&Tenant::from_record(renamed)?).await?;
    let old = store.get_by_identifier(&slug("acme")?).await;
    ensure!(matches!(old, Err(StoreError::NotFound { .. })), "{old:?}");
    ensure_eq!(store.get_by_identifier(&slug("acme-new")?).await?.id().as_str(), "a1");
    store.create(plain("b1", "acme", TenantStatus::Active)?).await?;
    ensure_eq!(store.get_by_identifier(&slug("acme")?).await?.id().as_str(), "b1");
    Ok(())
}

pub(crate) async fn a_rename_to_a_taken_identifier_changes_nothing(store: Store) -> Checked {
    let acme = store.create(plain("a1", "acme", TenantStatus::Active)?).await?;
    let globex = store.create(plain("b1", "globex", TenantStatus::Active)?).await?;
    let stolen = TenantRecord { slug: slug("globex")?, name: "thief".to_owned(), ..acme.to_record() };
    let refused = store.update(&Tenant::from_record(stolen)?).await;
    ensure!(matches!(refused, Err(StoreError::DuplicateIdentifier { .. })), "{refused:?}");
    same(&store.get_by_identifier(&slug("acme")?).await?, &acme)?;
    same(&store.get_by_identifier(&slug("globex")?).await?, &globex)?;
    // Its own identifier is not taken.
    store.update(&acme).await?;
    Ok(())
}

pub(crate) async fn set_status_changes_the_status_alone(store: Store) -> Checked {
    let created = store.create(full("a1", "acme")?).await?;
    let mut expected = created.status();
    for (version, status) in (2..).zip(TenantStatus::ALL) {
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        let changed = store.set_status(&id("a1")?, expected, *status).await?;
        expected = *status;
        ensure_eq!(changed.status(), *status);
        ensure!(changed.updated_at() > created.updated_at());
        let expected = TenantRecord {
            status: *status,
            updated_at: changed.updated_at(),
            version,
            ..created.to_record()
        };
        same(&changed, &Tenant::from_record(expected)?)?;
        same(&store.get(&id("a1")?).await?, &changed)?;
    }
    Ok(())
}

pub(crate) async fn set_status_changes_the_status_it_was_told_of(store: Store) -> Checked {
    use TenantStatus::{Active, Deleted, Suspended};

    let created = store.create(plain("a1", "acme", Suspended)?).await?;
    match store.set_status(&id("a1")?, Active, Deleted).await {
        Err(StoreError::OtherStatus { id, expected: Active, status: Suspended }) => {
            ensure_eq!(id.as_str(), "a1");
        }
        other => broken!("{other:?}"),
    }
    same(&store.get(&id("a1")?).await?, &created)?;
    // Of many that expect the same, one succeeds.
    let a1 = id("a1")?;
    let racing = (0..20).map(|n| {
        let status = if n % 2 == 0 { Active } else { Deleted };
        store.set_status(&a1, Suspended, status)
    });
    let changed = join_all(racing).await;
    let won: Vec<_> = changed.iter().filter_map(|result| result.as_ref().ok()).collect();
    ensure_eq!(won.len(), 1, "{changed:?}");
    same(&store.get(&a1).await?, won[0])?;
    let lost = changed.iter().filter(|result| matches!(result, Err(StoreError::OtherStatus { .. })));
    ensure_eq!(lost.count(), 19, "{changed:?}");
    Ok(())
}

pub(crate) async fn an_identifier_is_free_only_after_delete(store: Store) -> Checked {
    store.create(plain("a1", "acme", TenantStatus::Active)?).await?;
    store.set_status(&id("a1")?, TenantStatus::Active, TenantStatus::Deleted).await?;
    let refused = store.create(plain("b1", "acme", TenantStatus::Active)?).await;
    ensure!(matches!(refused, Err(StoreError::DuplicateIdentifier { .. })), "{refused:?}");
    store.delete(&id("a1")?).await?;
    ensure!(matches!(store.delete(&id("a1")?).await, Err(StoreError::NotFound { .. })));
    ensure!(store.get_by_identifier(&slug("acme")?).await.is_err());
    store.create(plain("b1", "acme", TenantStatus::Active)?).await?;
    Ok(())
}

pub(crate) async fn concurrent_creates_lose_nothing(store: Store) -> Checked {
    let distinct = (0..20).map(|n| plain(&format!("a{n}"), &format!("tenant-{n}"), TenantStatus::Active));
    let distinct: Vec<_> = distinct.collect::<Checked<_>>()?;
    let created = join_all(distinct.into_iter().map(|record| store.create(record))).await;
    ensure!(created.iter().all(Result::is_ok), "{created:?}");
    let racing = (0..20).map(|n| plain(&format!("b{n}"), "wanted", TenantStatus::Active));
    let racing: Vec<_> = racing.collect::<Checked<_>>()?;
    let created = join_all(racing.into_iter().map(|record| store.create(record))).await;
    ensure_eq!(created.iter().filter(|result| result.is_ok()).count(), 1, "{created:?}");
    let lost = created.iter().filter(|r| matches!(r, Err(StoreError::DuplicateIdentifier { .. }))).count();
    ensure_eq!(lost, 19, "{created:?}");
    ensure_eq!(store.count(None).await?, 21);
    Ok(())
}
