//! Host names of tenants' own.

use super::{Checked, Store, full, id, plain, same};
use crate::store::StoreError;
use crate::tenant::{Domain, TenantId, TenantStatus};

fn domain(text: &str) -> Checked<Domain> {
    Ok(text.try_into()?)
}

/// Whether the store keeps no domains, which is its right: then it says so, whoever asks.
async fn has_none(store: &Store, tenant: &TenantId) -> Checked<bool> {
    Ok(matches!(store.add_domain(tenant, &domain("acme.com")?).await, Err(StoreError::NoDomains)))
}

pub(crate) async fn a_domain_leads_to_its_tenant(store: Store) -> Checked {
    let acme = store.create(full("a1", "acme")?).await?;
    let globex = store.create(plain("b1", "globex", TenantStatus::Suspended)?).await?;
    if has_none(&store, acme.id()).await? {
        return Ok(());
    }
    for (of, name) in [("a1", "shop.acme.com"), ("a1", "acme.com"), ("b1", "globex.com"), ("a1", "acme.com")]
    {
        store.add_domain(&id(of)?, &domain(name)?).await?;
    }
    ensure_eq!(store.domains(&id("a1")?).await?, [domain("acme.com")?, domain("shop.acme.com")?]);
    same(&store.get_by_domain(&domain("acme.com")?).await?, &acme)?;
    same(&store.get_by_domain(&domain("shop.acme.com")?).await?, &acme)?;
    same(&store.get_by_domain(&domain("globex.com")?).await?, &globex)?;
    ensure_eq!(store.domains(&id("ghost")?).await?, []);
    for unknown in ["www.acme.com", "com.acme", "xacme.com"] {
        let found = store.get_by_domain(&domain(unknown)?).await;
        ensure!(matches!(found, Err(StoreError::NotFound { .. })), "{found:?}");
    }
    Ok(())
}

/// Threat 22: nobody gets another's host name, and one that is given up or erased leads nowhere.
pub(crate) async fn a_domain_is_one_tenants(store: Store) -> Checked {
    store.create(plain("a1", "acme", TenantStatus::Active)?).await?;
    let globex = store.create(plain("b1", "globex", TenantStatus::Active)?).await?;
    if has_none(&store, globex.id()).await? {
        return Ok(());
    }
    store.remove_domain(globex.id(), &domain("acme.com")?).await?;
    let (acme_com, other) = (domain("acme.com")?, domain("other.com")?);
    store.add_domain(&id("a1")?, &acme_com).await?;
    let taken = store.add_domain(&id("b1")?, &acme_com).await;
    ensure!(
        matches!(&taken, Err(StoreError::DuplicateDomain { domain }) if *domain == acme_com),
        "{taken:?}"
    );
    let ghost = store.add_domain(&id("ghost")?, &other).await;
    ensure!(matches!(ghost, Err(StoreError::NotFound { .. })), "{ghost:?}");
    for (of, name) in [("b1", &acme_com), ("a1", &other), ("ghost", &acme_com)] {
        let removed = store.remove_domain(&id(of)?, name).await;
        ensure!(matches!(removed, Err(StoreError::NotFound { .. })), "{removed:?}");
    }
    store.remove_domain(&id("a1")?, &acme_com).await?;
    store.add_domain(&id("b1")?, &acme_com).await?;
    same(&store.get_by_domain(&acme_com).await?, &globex)?;
    store.delete(&id("b1")?).await?;
    let erased = store.get_by_domain(&acme_com).await;
    ensure!(matches!(erased, Err(StoreError::NotFound { .. })), "{erased:?}");
    store.add_domain(&id("a1")?, &acme_com).await?;
    Ok(())
}
