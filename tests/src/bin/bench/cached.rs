//! What a look-up costs that is answered from memory.

use std::time::Instant;

use tenancy::Isolation;
use tenancy::store::{CachePolicy, CachedStore, TenantStore};
use tenancy::tenant::Slug;
use tenancy_tests::world;

use super::compare::quantile;

const TENANTS: usize = 1_000;
const LOOK_UPS: usize = 100_000;
const ROUNDS: usize = 30;

/// Prints what one look-up by identifier takes: in a map of tenants behind a lock, and in the cache.
pub(crate) async fn run() {
    let directory = tempfile::tempdir().unwrap();
    let builder = world::sqlite::builder(&directory, Isolation::Column).cache(CachePolicy::default());
    let tenancy = builder.build().await.unwrap();
    let mut names = Vec::new();
    for index in 0..TENANTS {
        let name = format!("tenant-{index:04}");
        world::register(&tenancy, &name).await;
        names.push(Slug::try_from(&*name).unwrap());
    }
    let cache: &CachedStore = tenancy.cache().unwrap();
    cache.warm_up().await.unwrap();
    let mut map = std::collections::HashMap::new();
    for name in &names {
        map.insert(name.clone(), cache.get_by_identifier(name).await.unwrap());
    }
    let map = tokio::sync::RwLock::new(map);
    let (mut by_hand, mut cached) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let began = Instant::now();
        for name in names.iter().cycle().take(LOOK_UPS) {
            std::hint::black_box(map.read().await.get(name).cloned());
        }
        by_hand.push(began.elapsed().as_secs_f64() * 1e9 / LOOK_UPS as f64);
        let began = Instant::now();
        for name in names.iter().cycle().take(LOOK_UPS) {
            std::hint::black_box(cache.get_by_identifier(name).await.unwrap());
        }
        cached.push(began.elapsed().as_secs_f64() * 1e9 / LOOK_UPS as f64);
    }
    let stats = cache.stats();
    let (by_hand, cached) = (quantile(&mut by_hand, 0.5), quantile(&mut cached, 0.5));
    println!();
    println!("a look-up of one of {TENANTS} tenants by identifier, medians of {ROUNDS} rounds. ns:");
    println!("{:<34} {by_hand:>8.0}", "a map behind tokio's lock, by hand");
    println!("{:<34} {cached:>8.0}   hits {:.4} of the look-ups", "CachedStore", stats.hit_rate());
}
