//! How lists and counts behave.

use super::{Store, id, plain};
use crate::store::ListTenants;
use crate::tenant::TenantStatus;

/// In the order of their bytes, which is not the order of any language.
const ORDERED: [&str; 7] = ["1", "a", "a-b", "a0", "a_b", "ab", "b"];

async fn fill(store: &Store) {
    for (n, tenant) in ORDERED.iter().rev().enumerate() {
        let status = if n % 2 == 0 { TenantStatus::Active } else { TenantStatus::Suspended };
        store.create(plain(tenant, &format!("slug-{n}"), status)).await.unwrap();
    }
}

/// Reads all pages, and gives back the ids and the sizes of the pages.
async fn walk(store: &Store, mut list: ListTenants) -> (Vec<String>, Vec<usize>) {
    let (mut ids, mut sizes) = (Vec::new(), Vec::new());
    loop {
        let page = store.list(list.clone()).await.unwrap();
        list.after = page.next.clone();
        let tenants = page.into_tenants().unwrap();
        sizes.push(tenants.len());
        ids.extend(tenants.iter().map(|tenant| tenant.id().to_string()));
        if list.after.is_none() {
            return (ids, sizes);
        }
    }
}

pub(super) async fn pages_hold_every_tenant_once_in_byte_order(store: Store) {
    let empty = store.list(ListTenants::default()).await.unwrap();
    assert!(empty.entries.is_empty() && empty.next.is_none());
    fill(&store).await;
    let (ids, sizes) = walk(&store, ListTenants { limit: 3, ..Default::default() }).await;
    assert_eq!(ids, ORDERED);
    assert_eq!(sizes, [3, 3, 1]);
    let (ids, sizes) = walk(&store, ListTenants::default()).await;
    assert_eq!((ids.len(), sizes), (7, vec![7]));
}

pub(super) async fn a_page_may_end_exactly_at_the_last_tenant(store: Store) {
    fill(&store).await;
    let (ids, sizes) = walk(&store, ListTenants { limit: 7, ..Default::default() }).await;
    assert_eq!((ids.len(), sizes), (7, vec![7]));
    let beyond = ListTenants { after: Some(id("zzz")), ..Default::default() };
    assert_eq!(walk(&store, beyond).await, (vec![], vec![0]));
    // The place to begin at need not be a tenant's id.
    let between = ListTenants { after: Some(id("a1")), ..Default::default() };
    assert_eq!(walk(&store, between).await.0, ["a_b", "ab", "b"]);
}

pub(super) async fn a_page_is_never_empty_for_its_limit(store: Store) {
    fill(&store).await;
    let (ids, sizes) = walk(&store, ListTenants { limit: 0, ..Default::default() }).await;
    assert_eq!((ids.len(), sizes), (7, vec![1; 7]));
    let (ids, _) = walk(&store, ListTenants { limit: u32::MAX, ..Default::default() }).await;
    assert_eq!(ids.len(), 7);
}

pub(super) async fn lists_and_counts_keep_to_the_status(store: Store) {
    assert_eq!(store.count(None).await.unwrap(), 0);
    fill(&store).await;
    for (status, expected) in [
        (Some(TenantStatus::Active), vec!["1", "a-b", "a_b", "b"]),
        (Some(TenantStatus::Suspended), vec!["a", "a0", "ab"]),
        (Some(TenantStatus::Deleted), vec![]),
        (None, ORDERED.to_vec()),
    ] {
        let (ids, _) = walk(&store, ListTenants { limit: 2, status, ..Default::default() }).await;
        assert_eq!(ids, expected);
        assert_eq!(store.count(status).await.unwrap(), expected.len() as u64);
    }
}
