//! Calls for many tenants.

use super::{Broken, Checked, Store, id, plain};
use crate::store::{MAX_BATCH, StoreError, Tenants};
use crate::tenant::{TenantId, TenantStatus};

async fn fill(store: &Store) -> Checked {
    use TenantStatus::{Active, Suspended};

    for (tenant, status) in [("a1", Active), ("b1", Suspended), ("c1", Active), ("d1", Active)] {
        store.create(plain(tenant, &format!("slug-{tenant}"), status)?).await?;
    }
    Ok(())
}

fn ids(texts: &[&str]) -> Checked<Vec<TenantId>> {
    texts.iter().map(|text| id(text)).collect()
}

fn named(tenants: Tenants) -> Checked<Vec<String>> {
    let tenants = tenants.into_iter().collect::<Result<Vec<_>, _>>()?;
    Ok(tenants.iter().map(|tenant| tenant.id().to_string()).collect())
}

pub(crate) async fn many_are_read_in_the_order_asked_for(store: Store) -> Checked {
    fill(&store).await?;
    for (asked, expected) in [
        (vec!["c1", "a1", "b1"], vec!["c1", "a1", "b1"]),
        (vec!["ghost", "b1", "a2", "a1"], vec!["b1", "a1"]),
        (vec!["a1", "b1", "a1"], vec!["a1", "b1", "a1"]),
        (vec!["ghost"], vec![]),
        (vec![], vec![]),
    ] {
        ensure_eq!(named(store.get_many(&ids(&asked)?).await?)?, expected);
    }
    ensure!(store.exists(&id("a1")?).await?);
    ensure!(store.exists(&id("b1")?).await?);
    ensure!(!store.exists(&id("ghost")?).await?);
    Ok(())
}

pub(crate) async fn the_status_of_many_changes_where_it_is_as_expected(store: Store) -> Checked {
    use TenantStatus::{Active, Suspended};

    fill(&store).await?;
    let before = store.get(&id("c1")?).await?;
    // Whatever keeps what it has read has read them all.
    for tenant in ["a1", "b1", "d1"] {
        store.get(&id(tenant)?).await?;
    }
    tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    let changed = store.set_status_many(&ids(&["c1", "ghost", "b1", "a1", "c1"])?, Active, Suspended).await?;
    let changed = changed.into_iter().collect::<Result<Vec<_>, _>>()?;
    let seen: Vec<_> = changed.iter().map(|tenant| (tenant.id().as_str(), tenant.status())).collect();
    ensure_eq!(seen, [("c1", Suspended), ("a1", Suspended), ("c1", Suspended)]);
    ensure!(changed.iter().all(|tenant| tenant.updated_at() == changed[0].updated_at()));
    ensure!(changed[0].updated_at() > before.updated_at());
    ensure_eq!(changed[0].version(), 2);
    for (tenant, status, version) in
        [("a1", Suspended, 2), ("b1", Suspended, 1), ("c1", Suspended, 2), ("d1", Active, 1)]
    {
        let read = store.get(&id(tenant)?).await?;
        ensure_eq!((read.status(), read.version()), (status, version), "{tenant}");
    }
    ensure!(store.set_status_many(&[], Active, Suspended).await?.is_empty());
    ensure!(store.set_status_many(&ids(&["ghost"])?, Active, Suspended).await?.is_empty());
    Ok(())
}

/// Neither keeps the other waiting for ever, and each tenant is changed by one of them.
pub(crate) async fn batches_and_single_changes_meet(store: Store) -> Checked {
    use TenantStatus::{Active, Suspended};

    let all: Vec<TenantId> = (0..8).map(|n| id(&format!("t{n}"))).collect::<Checked<_>>()?;
    for tenant in &all {
        store.create(plain(tenant.as_str(), &format!("slug-{tenant}"), Active)?).await?;
    }
    let mut backwards = all.clone();
    backwards.reverse();
    for _ in 0..4 {
        let one = async |tenant: &TenantId| match store.set_status(tenant, Active, Suspended).await {
            Ok(_) => Ok(1),
            Err(StoreError::OtherStatus { .. }) => Ok(0),
            Err(error) => Err(Broken::from(error)),
        };
        let many = async |ids: &[TenantId]| {
            store.set_status_many(ids, Active, Suspended).await.map(|changed| changed.len())
        };
        let (singles, forth, back) = futures_util::future::join3(
            futures_util::future::join_all(all.iter().map(one)),
            many(&all),
            many(&backwards),
        )
        .await;
        let singles = singles.into_iter().collect::<Checked<Vec<usize>>>()?;
        ensure_eq!(singles.iter().sum::<usize>() + forth? + back?, all.len());
        ensure_eq!(store.set_status_many(&all, Suspended, Active).await?.len(), all.len());
    }
    Ok(())
}

pub(crate) async fn too_many_at_once_are_refused(store: Store) -> Checked {
    fill(&store).await?;
    let many: Vec<TenantId> = (0..=MAX_BATCH)
        .map(|n| if n == 7 { id("a1") } else { id(&format!("x{n}")) })
        .collect::<Checked<_>>()?;
    for refused in [
        store.get_many(&many).await,
        store.set_status_many(&many, TenantStatus::Active, TenantStatus::Deleted).await,
    ] {
        ensure!(
            matches!(refused, Err(StoreError::TooMany { given, most }) if given == MAX_BATCH + 1 && most == MAX_BATCH),
            "{refused:?}"
        );
    }
    ensure_eq!(named(store.get_many(&many[1..]).await?)?, ["a1"]);
    ensure_eq!(store.count(Some(TenantStatus::Deleted)).await?, 0);
    Ok(())
}
