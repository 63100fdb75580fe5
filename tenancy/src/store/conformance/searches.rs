//! How tenants are looked for.

use chrono::Utc;

use super::{Checked, Store, id};
use crate::store::SearchTenants;
use crate::tenant::{NewTenant, TenantStatus};

async fn fill(store: &Store, named: &[(&str, &str)]) -> Checked {
    for (n, (identifier, name)) in named.iter().enumerate() {
        // Ids in the other direction, so that nothing is in order by accident.
        let new = NewTenant::new(*identifier)?.id(id(&format!("t{}", 99 - n))?).name(*name);
        store.create(new.into_record(Utc::now(), TenantStatus::Active)?).await?;
    }
    Ok(())
}

/// The identifiers that are found.
async fn find(store: &Store, search: SearchTenants) -> Checked<Vec<String>> {
    let found = store.search(search).await?.into_iter().collect::<Result<Vec<_>, _>>()?;
    Ok(found.iter().map(|tenant| tenant.identifier().to_string()).collect())
}

pub(crate) async fn a_text_is_found_in_any_case(store: Store) -> Checked {
    fill(&store, &[("acme", "Ärzte & Söhne"), ("globex", "GLOBEX Corp"), ("initech", "Initech")]).await?;
    for (text, expected) in [
        ("globex", vec!["globex"]),
        ("GLOBEX", vec!["globex"]),
        ("cORP", vec!["globex"]),
        ("ärzte", vec!["acme"]),
        ("ÄRZTE & sö", vec!["acme"]),
        ("arzte", vec![]),
        ("ech", vec!["initech"]),
        ("nobody", vec![]),
        ("acme\0", vec![]),
        ("acme ", vec![]),
        (&"a".repeat(100_000), vec![]),
        ("", vec!["acme", "globex", "initech"]),
    ] {
        ensure_eq!(find(&store, SearchTenants::new(text)).await?, expected, "{text:?}");
    }
    // A name that was changed is found as it is now.
    let acme = store.get(&id("t99")?).await?;
    let renamed = crate::tenant::TenantRecord { name: "Ölwerk".to_owned(), ..acme.to_record() };
    store.update(&crate::tenant::Tenant::from_record(renamed)?).await?;
    ensure_eq!(find(&store, SearchTenants::new("ÖLW")).await?, ["acme"]);
    ensure!(find(&store, SearchTenants::new("ärzte")).await?.is_empty());
    Ok(())
}

pub(crate) async fn the_best_are_found_first(store: Store) -> Checked {
    fill(
        &store,
        &[
            ("big-acme", "Big one"),
            ("acme-two", "Second"),
            ("acme", "First"),
            ("other", "ACME"),
            ("zeta", "Acme of Zeta"),
            ("unlike", "Unlike"),
        ],
    )
    .await?;
    let ranked = ["acme", "other", "acme-two", "zeta", "big-acme"];
    ensure_eq!(find(&store, SearchTenants::new("acme")).await?, ranked);
    for limit in 1..=5 {
        let search = SearchTenants { limit, ..SearchTenants::new("acme") };
        ensure_eq!(find(&store, search).await?, ranked[..limit as usize]);
    }
    ensure_eq!(find(&store, SearchTenants { limit: 0, ..SearchTenants::new("acme") }).await?, ["acme"]);
    store.set_status(&id("t96")?, TenantStatus::Active, TenantStatus::Suspended).await?;
    let suspended = SearchTenants { status: Some(TenantStatus::Suspended), ..SearchTenants::new("acme") };
    ensure_eq!(find(&store, suspended).await?, ["other"]);
    Ok(())
}

/// Nothing that somebody types is a pattern.
pub(crate) async fn every_character_stands_for_itself(store: Store) -> Checked {
    let names =
        [("p-one", "50% off"), ("p-two", "a_b"), ("p-three", r"c\d"), ("p-four", "e!f"), ("p-five", "g'h\"")];
    fill(&store, &names).await?;
    for (text, expected) in [
        ("%", vec!["p-one"]),
        ("_", vec!["p-two"]),
        ("a_", vec!["p-two"]),
        ("\\", vec!["p-three"]),
        ("\\d", vec!["p-three"]),
        ("!", vec!["p-four"]),
        ("!f", vec!["p-four"]),
        ("'h", vec!["p-five"]),
        ("\"", vec!["p-five"]),
        ("5%o", vec![]),
        ("a%b", vec![]),
        ("[a]", vec![]),
        ("*", vec![]),
    ] {
        ensure_eq!(find(&store, SearchTenants::new(text)).await?, expected, "{text:?}");
    }
    Ok(())
}
