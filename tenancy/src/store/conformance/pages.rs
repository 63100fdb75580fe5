//! How lists and counts behave.

use chrono::Utc;

use super::{Checked, Store, id, plain};
use crate::store::{LatestTenants, ListTenants};
use crate::tenant::{TenantRecord, TenantStatus};

/// In the order of their bytes, which is not the order of any language.
const ORDERED: [&str; 7] = ["1", "a", "a-b", "a0", "a_b", "ab", "b"];

async fn fill(store: &Store) -> Checked {
    for (n, tenant) in ORDERED.iter().rev().enumerate() {
        let status = if n % 2 == 0 { TenantStatus::Active } else { TenantStatus::Suspended };
        store.create(plain(tenant, &format!("slug-{n}"), status)?).await?;
    }
    Ok(())
}

/// Reads all pages, and gives back the ids and the sizes of the pages.
async fn walk(store: &Store, mut list: ListTenants) -> Checked<(Vec<String>, Vec<usize>)> {
    let (mut ids, mut sizes) = (Vec::new(), Vec::new());
    loop {
        let page = store.list(list.clone()).await?;
        list.after = page.next.clone();
        let tenants = page.into_tenants()?;
        sizes.push(tenants.len());
        ids.extend(tenants.iter().map(|tenant| tenant.id().to_string()));
        if list.after.is_none() {
            return Ok((ids, sizes));
        }
    }
}

pub(crate) async fn pages_hold_every_tenant_once_in_byte_order(store: Store) -> Checked {
    let empty = store.list(ListTenants::default()).await?;
    ensure!(empty.entries.is_empty() && empty.next.is_none());
    fill(&store).await?;
    let (ids, sizes) = walk(&store, ListTenants { limit: 3, ..Default::default() }).await?;
    ensure_eq!(ids, ORDERED);
    ensure_eq!(sizes, [3, 3, 1]);
    let (ids, sizes) = walk(&store, ListTenants::default()).await?;
    ensure_eq!((ids.len(), sizes), (7, vec![7]));
    Ok(())
}

pub(crate) async fn a_page_may_end_exactly_at_the_last_tenant(store: Store) -> Checked {
    fill(&store).await?;
    let (ids, sizes) = walk(&store, ListTenants { limit: 7, ..Default::default() }).await?;
    ensure_eq!((ids.len(), sizes), (7, vec![7]));
    let beyond = ListTenants { after: Some(id("zzz")?), ..Default::default() };
    ensure_eq!(walk(&store, beyond).await?, (vec![], vec![0]));
    // The place to begin at need not be a tenant's id.
    let between = ListTenants { after: Some(id("a1")?), ..Default::default() };
    ensure_eq!(walk(&store, between).await?.0, ["a_b", "ab", "b"]);
    Ok(())
}

pub(crate) async fn a_page_is_never_empty_for_its_limit(store: Store) -> Checked {
    fill(&store).await?;
    let (ids, sizes) = walk(&store, ListTenants { limit: 0, ..Default::default() }).await?;
    ensure_eq!((ids.len(), sizes), (7, vec![1; 7]));
    let (ids, _) = walk(&store, ListTenants { limit: u32::MAX, ..Default::default() }).await?;
    ensure_eq!(ids.len(), 7);
    Ok(())
}

pub(crate) async fn lists_and_counts_keep_to_the_status(store: Store) -> Checked {
    ensure_eq!(store.count(None).await?, 0);
    fill(&store).await?;
    for (status, expected) in [
        (Some(TenantStatus::Active), vec!["1", "a-b", "a_b", "b"]),
        (Some(TenantStatus::Suspended), vec!["a", "a0", "ab"]),
        (Some(TenantStatus::Deleted), vec![]),
        (None, ORDERED.to_vec()),
    ] {
        let (ids, _) = walk(&store, ListTenants { limit: 2, status, ..Default::default() }).await?;
        ensure_eq!(ids, expected);
        ensure_eq!(store.count(status).await?, expected.len() as u64);
    }
    Ok(())
}

pub(crate) async fn the_latest_come_first(store: Store) -> Checked {
    let now = Utc::now();
    // By age, and not by id; two are of one moment.
    for (tenant, age) in [("b", 5), ("d", 1), ("a", 3), ("e", 3), ("c", 9)] {
        let record = TenantRecord {
            created_at: now - chrono::TimeDelta::seconds(age),
            ..plain(tenant, &format!("slug-{tenant}"), TenantStatus::Active)?
        };
        store.create(record).await?;
    }
    store.set_status(&id("a")?, TenantStatus::Active, TenantStatus::Suspended).await?;
    for (skip, limit, status, expected) in [
        (0, 100, None, vec!["d", "e", "a", "b", "c"]),
        (1, 2, None, vec!["e", "a"]),
        (4, 2, None, vec!["c"]),
        (5, 2, None, vec![]),
        (0, 0, None, vec!["d"]),
        (u32::MAX, u32::MAX, None, vec![]),
        (0, 3, Some(TenantStatus::Active), vec!["d", "e", "b"]),
        (0, 3, Some(TenantStatus::Suspended), vec!["a"]),
    ] {
        let latest = store.latest(LatestTenants { skip, limit, status }).await?;
        let latest = latest.into_iter().collect::<Result<Vec<_>, _>>()?;
        let ids: Vec<_> = latest.iter().map(|tenant| tenant.id().as_str()).collect();
        ensure_eq!(ids, expected, "skip {skip}, limit {limit}");
    }
    Ok(())
}
