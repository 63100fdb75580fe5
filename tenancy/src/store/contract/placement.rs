//! How the isolation and the mark of a move are changed.

use super::{Store, assert_same, full, id, plain};
use crate::store::StoreError;
use crate::tenant::{Isolation, Placement, Relocation, Tenant, TenantRecord, TenantStatus};

fn moving(from: Isolation, to: Isolation) -> Option<Relocation> {
    Some(Relocation::new(from, to))
}

pub(super) async fn a_placement_is_changed_alone_and_read_back(store: Store) {
    let created = store.create(full("a1", "acme")).await.unwrap();
    let other = store.create(plain("b1", "globex", TenantStatus::Active)).await.unwrap();
    let relocation = moving(Isolation::Schema, Isolation::Database);
    let mut expected = created.placement();
    for placement in [
        Placement { isolation: Some(Isolation::Schema), relocation },
        Placement { isolation: Some(Isolation::Database), relocation },
        Placement { isolation: Some(Isolation::Database), relocation: None },
        Placement { isolation: None, relocation },
        Placement::default(),
    ] {
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        let changed = store.set_placement(&id("a1"), expected, placement).await.unwrap();
        expected = placement;
        assert!(changed.updated_at() > created.updated_at());
        let record = TenantRecord { updated_at: changed.updated_at(), ..created.to_record() };
        assert_same(&changed, &Tenant::from_record(record.placed(placement)).unwrap());
        assert_same(&store.get(&id("a1")).await.unwrap(), &changed);
        assert_same(&store.get(&id("b1")).await.unwrap(), &other);
    }
    let gone = store.set_placement(&id("ghost"), expected, expected).await;
    assert!(matches!(gone, Err(StoreError::NotFound { .. })), "{gone:?}");
}

pub(super) async fn a_placement_changes_if_it_is_as_expected(store: Store) {
    let created = store.create(plain("a1", "acme", TenantStatus::Active)).await.unwrap();
    let unmarked = created.placement();
    let marked = Placement { relocation: moving(Isolation::Column, Isolation::Schema), ..unmarked };
    for wrong in [
        marked,
        Placement { isolation: Some(Isolation::Column), ..unmarked },
        Placement { isolation: Some(Isolation::Column), ..marked },
    ] {
        let refused = store.set_placement(&id("a1"), wrong, Placement::default()).await;
        assert!(
            matches!(&refused, Err(StoreError::OtherPlacement { id }) if id.as_str() == "a1"),
            "{refused:?}"
        );
        assert_same(&store.get(&id("a1")).await.unwrap(), &created);
    }
    store.set_placement(&id("a1"), unmarked, marked).await.unwrap();
    // The same move by another attempt is another.
    let other = Placement { relocation: moving(Isolation::Column, Isolation::Schema), ..unmarked };
    for wrong in [unmarked, other] {
        let refused = store.set_placement(&id("a1"), wrong, Placement::default()).await;
        assert!(matches!(refused, Err(StoreError::OtherPlacement { .. })), "{refused:?}");
    }
    // Of many that expect the same, one succeeds.
    let a1 = id("a1");
    let racing = (0..20).map(|_| {
        let relocation = moving(Isolation::Column, Isolation::Database);
        store.set_placement(&a1, marked, Placement { relocation, ..marked })
    });
    let changed = futures_util::future::join_all(racing).await;
    let won: Vec<_> = changed.iter().filter_map(|result| result.as_ref().ok()).collect();
    assert_eq!(won.len(), 1, "{changed:?}");
    assert_same(&store.get(&a1).await.unwrap(), won[0]);
}

/// Whoever read the tenant before it was moved, and writes it afterwards, does not move it back.
pub(super) async fn update_leaves_the_placement(store: Store) {
    let before = store.create(plain("a1", "acme", TenantStatus::Active)).await.unwrap();
    let placement = Placement {
        isolation: Some(Isolation::Schema),
        relocation: moving(Isolation::Column, Isolation::Schema),
    };
    store.set_placement(before.id(), before.placement(), placement).await.unwrap();
    let renamed = TenantRecord { name: "Acme Ltd".to_owned(), ..before.to_record() };
    let updated = store.update(&Tenant::from_record(renamed).unwrap()).await.unwrap();
    assert_eq!((updated.name(), updated.placement()), ("Acme Ltd", placement));
    assert_same(&store.get(before.id()).await.unwrap(), &updated);
    let status = store.set_status(before.id(), TenantStatus::Active, TenantStatus::Suspended).await.unwrap();
    assert_eq!(status.placement(), placement);
}
