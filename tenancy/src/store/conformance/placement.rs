//! How the isolation and the mark of a move are changed.

use futures_util::future::join_all;

use super::{Checked, Store, full, id, plain, same};
use crate::store::StoreError;
use crate::tenant::{Isolation, Placement, Relocation, Tenant, TenantRecord, TenantStatus};

fn moving(from: Isolation, to: Isolation) -> Option<Relocation> {
    Some(Relocation::new(from, to))
}

pub(crate) async fn a_placement_is_changed_alone_and_read_back(store: Store) -> Checked {
    let created = store.create(full("a1", "acme")?).await?;
    let other = store.create(plain("b1", "globex", TenantStatus::Active)?).await?;
    let relocation = moving(Isolation::Schema, Isolation::Database);
    let mut expected = created.placement();
    for (written, placement) in [
        Placement { isolation: Some(Isolation::Schema), relocation },
        Placement { isolation: Some(Isolation::Database), relocation },
        Placement { isolation: Some(Isolation::Database), relocation: None },
        Placement { isolation: None, relocation },
        Placement::default(),
    ]
    .into_iter()
    .enumerate()
    {
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        let changed = store.set_placement(&id("a1")?, expected, placement).await?;
        expected = placement;
        ensure!(changed.updated_at() > created.updated_at());
        let record = TenantRecord {
            updated_at: changed.updated_at(),
            version: written as u64 + 2,
            ..created.to_record()
        };
        same(&changed, &Tenant::from_record(record.placed(placement))?)?;
        same(&store.get(&id("a1")?).await?, &changed)?;
        same(&store.get(&id("b1")?).await?, &other)?;
    }
    let gone = store.set_placement(&id("ghost")?, expected, expected).await;
    ensure!(matches!(gone, Err(StoreError::NotFound { .. })), "{gone:?}");
    Ok(())
}

pub(crate) async fn a_placement_changes_if_it_is_as_expected(store: Store) -> Checked {
    let created = store.create(plain("a1", "acme", TenantStatus::Active)?).await?;
    let unmarked = created.placement();
    let marked = Placement { relocation: moving(Isolation::Column, Isolation::Schema), ..unmarked };
    for wrong in [
        marked,
        Placement { isolation: Some(Isolation::Column), ..unmarked },
        Placement { isolation: Some(Isolation::Column), ..marked },
    ] {
        let refused = store.set_placement(&id("a1")?, wrong, Placement::default()).await;
        ensure!(
            matches!(&refused, Err(StoreError::OtherPlacement { id }) if id.as_str() == "a1"),
            "{refused:?}"
        );
        same(&store.get(&id("a1")?).await?, &created)?;
    }
    store.set_placement(&id("a1")?, unmarked, marked).await?;
    // The same move by another attempt is another.
    let other = Placement { relocation: moving(Isolation::Column, Isolation::Schema), ..unmarked };
    for wrong in [unmarked, other] {
        let refused = store.set_placement(&id("a1")?, wrong, Placement::default()).await;
        ensure!(matches!(refused, Err(StoreError::OtherPlacement { .. })), "{refused:?}");
    }
    // Of many that expect the same, one succeeds.
    let a1 = id("a1")?;
    let racing = (0..20).map(|_| {
        let relocation = moving(Isolation::Column, Isolation::Database);
        store.set_placement(&a1, marked, Placement { relocation, ..marked })
    });
    let changed = join_all(racing).await;
    let won: Vec<_> = changed.iter().filter_map(|result| result.as_ref().ok()).collect();
    ensure_eq!(won.len(), 1, "{changed:?}");
    same(&store.get(&a1).await?, won[0])?;
    Ok(())
}

/// Whoever read the tenant before it was moved is told; and a record moves nobody, whatever it says.
pub(crate) async fn update_leaves_the_placement(store: Store) -> Checked {
    let before = store.create(plain("a1", "acme", TenantStatus::Active)?).await?;
    let placement = Placement {
        isolation: Some(Isolation::Schema),
        relocation: moving(Isolation::Column, Isolation::Schema),
    };
    let moved = store.set_placement(before.id(), before.placement(), placement).await?;
    let renamed = TenantRecord { name: "Acme Ltd".to_owned(), ..before.to_record() };
    let refused = store.update(&Tenant::from_record(renamed.clone())?).await;
    ensure!(matches!(refused, Err(StoreError::Stale { .. })), "{refused:?}");
    let renamed = TenantRecord { version: moved.version(), ..renamed };
    let updated = store.update(&Tenant::from_record(renamed)?).await?;
    ensure_eq!((updated.name(), updated.placement()), ("Acme Ltd", placement));
    same(&store.get(before.id()).await?, &updated)?;
    let status = store.set_status(before.id(), TenantStatus::Active, TenantStatus::Suspended).await?;
    ensure_eq!(status.placement(), placement);
    Ok(())
}
