//! Host names of tenants' own.

use super::{Store, assert_same, full, id, plain};
use crate::store::StoreError;
use crate::tenant::{Domain, TenantStatus};

fn domain(text: &str) -> Domain {
    text.try_into().unwrap()
}

pub(super) async fn a_domain_leads_to_its_tenant(store: Store) {
    let acme = store.create(full("a1", "acme")).await.unwrap();
    let globex = store.create(plain("b1", "globex", TenantStatus::Suspended)).await.unwrap();
    for (of, name) in [("a1", "shop.acme.com"), ("a1", "acme.com"), ("b1", "globex.com"), ("a1", "acme.com")]
    {
        store.add_domain(&id(of), &domain(name)).await.unwrap();
    }
    assert_eq!(store.domains(&id("a1")).await.unwrap(), [domain("acme.com"), domain("shop.acme.com")]);
    assert_same(&store.get_by_domain(&domain("acme.com")).await.unwrap(), &acme);
    assert_same(&store.get_by_domain(&domain("shop.acme.com")).await.unwrap(), &acme);
    assert_same(&store.get_by_domain(&domain("globex.com")).await.unwrap(), &globex);
    assert_eq!(store.domains(&id("ghost")).await.unwrap(), []);
    for unknown in ["www.acme.com", "com.acme", "xacme.com"] {
        let found = store.get_by_domain(&domain(unknown)).await;
        assert!(matches!(found, Err(StoreError::NotFound { .. })), "{found:?}");
    }
}

/// Threat 22: nobody gets another's host name, and one that is given up or erased leads nowhere.
pub(super) async fn a_domain_is_one_tenants(store: Store) {
    store.create(plain("a1", "acme", TenantStatus::Active)).await.unwrap();
    let globex = store.create(plain("b1", "globex", TenantStatus::Active)).await.unwrap();
    let (acme_com, other) = (domain("acme.com"), domain("other.com"));
    store.add_domain(&id("a1"), &acme_com).await.unwrap();
    let taken = store.add_domain(&id("b1"), &acme_com).await;
    assert!(
        matches!(&taken, Err(StoreError::DuplicateDomain { domain }) if *domain == acme_com),
        "{taken:?}"
    );
    let ghost = store.add_domain(&id("ghost"), &other).await;
    assert!(matches!(ghost, Err(StoreError::NotFound { .. })), "{ghost:?}");
    for (of, name) in [("b1", &acme_com), ("a1", &other), ("ghost", &acme_com)] {
        let removed = store.remove_domain(&id(of), name).await;
        assert!(matches!(removed, Err(StoreError::NotFound { .. })), "{removed:?}");
    }
    store.remove_domain(&id("a1"), &acme_com).await.unwrap();
    store.add_domain(&id("b1"), &acme_com).await.unwrap();
    assert_same(&store.get_by_domain(&acme_com).await.unwrap(), &globex);
    store.delete(&id("b1")).await.unwrap();
    let erased = store.get_by_domain(&acme_com).await;
    assert!(matches!(erased, Err(StoreError::NotFound { .. })), "{erased:?}");
    store.add_domain(&id("a1"), &acme_com).await.unwrap();
}
