//! The checks of a configuration. Each adds what it finds; none stops at the first.

use super::builder::TenancyBuilder;
use super::error::ConfigError;
use super::supported::Supported;
use crate::db::{DatabaseUrl, Pools};
use crate::error::TenancyError;
use crate::isolation::inspect::Inspect;
use crate::isolation::{Layout, Roles};
#[cfg(feature = "seal")]
use crate::seal::Sealing;
#[cfg(feature = "cache")]
use crate::store::CachePolicy;
#[cfg(feature = "redis")]
use crate::store::RedisPolicy;
use crate::tenant::Isolation;

/// What can be seen without connecting.
pub(super) fn settings<B: Supported>(builder: &TenancyBuilder<B>) -> Vec<String> {
    let mut problems = Vec::new();
    let mut check = |setting: &str, result: Result<(), String>| {
        if let Err(problem) = result {
            problems.push(format!("`{setting}`: {problem}"));
        }
    };
    check("url", B::check_url(&builder.url));
    if let Some(url) = &builder.admin_url {
        check("admin_url", B::check_url(url));
    }
    check("isolation", B::supports(builder.isolation).map_err(|error| error.to_string()));
    for (index, (tier, isolation)) in builder.tiers.iter().enumerate() {
        check("tier", tier_name(tier));
        check("tier", B::supports(*isolation).map_err(|error| format!("`{tier}`: {error}")));
        check("tier", B::check_databases(builder.tenant_databases.as_deref(), *isolation));
        if builder.tiers[..index].iter().any(|(before, _)| before == tier) {
            check("tier", Err(format!("`{tier}` is there twice: say once how its tenants are kept apart")));
        }
    }
    check("tenant_databases", B::check_databases(builder.tenant_databases.as_deref(), builder.isolation));
    check("pool_size", positive(u64::from(builder.pool_size)));
    check("max_tenant_pools", positive(builder.max_tenant_pools as u64));
    check("max_connections", positive(u64::from(builder.tenant_database_connections())).map_err(|_| {
        format!(
            "the application's own two pools of {} leave none for tenants' databases: raise it, or lower `pool_size`",
            builder.pool_size
        )
    }));
    check("tenant_connections", positive(u64::from(builder.tenant_connections.unwrap_or(1))));
    check("status_check", if builder.status_check.is_zero() { positive(0) } else { Ok(()) });
    check("pool_wait", if builder.pool_wait.is_zero() { positive(0) } else { Ok(()) });
    #[cfg(feature = "cache")]
    builder.cache.iter().flat_map(CachePolicy::problems).for_each(|problem| check("cache", Err(problem)));
    #[cfg(feature = "redis")]
    builder.redis.iter().flat_map(RedisPolicy::problems).for_each(|problem| check("redis", Err(problem)));
    #[cfg(feature = "seal")]
    builder.sealing.iter().flat_map(Sealing::problems).for_each(|problem| check("seal", Err(problem)));
    builder.resolver.problems().into_iter().for_each(|problem| check("resolver", Err(problem)));
    let is_administered = builder.admin_url.as_ref().is_some_and(|admin| *admin != builder.url);
    if builder.transaction_pooler && !is_administered {
        let direct = "give `admin_url` too, an address of the server itself: migrations and what else is administrative \
                      cannot go through a pooler that gives each transaction another connection";
        check("transaction_pooler", Err(direct.to_owned()));
    }
    if builder.inspect == Some(Inspect::Strict) && !B::INSPECTS {
        check(
            "inspect",
            Err(format!("{} has no policies to inspect: leave it out, or use PostgreSQL", B::NAME)),
        );
    }
    if builder.isolation.shares_tables() {
        for table in builder.tables.iter().filter(|table| table.column().is_none()) {
            let (table, isolation) = (table.name(), builder.isolation);
            check(
                "tables",
                Err(format!(
                    "table `{table}` has no tenant column and cannot be kept apart by `{isolation}` isolation"
                )),
            );
        }
    }
    problems
}

fn tier_name(tier: &str) -> Result<(), String> {
    if tier.trim().is_empty() { Err("a tier needs a name".to_owned()) } else { Ok(()) }
}

fn positive(value: u64) -> Result<(), String> {
    if value == 0 { Err("0 would serve nobody: give at least 1".to_owned()) } else { Ok(()) }
}

/// What is wrong with the tables that tenants share, as far as they are there. A single tenant may share them
/// where the application's isolation is another.
pub(crate) async fn check_tables<B: Supported>(
    layout: &Layout,
    pools: &Pools<B>,
) -> Result<(), TenancyError> {
    let problems = B::check_tables(pools, &layout.tables).await?;
    Ok(ConfigError::of(problems.into_iter().map(|problem| format!("`tables`: {problem}")).collect())?)
}

/// What only the databases can say. Gives the roles the application connects with.
pub(super) async fn connections<B: Supported>(
    builder: &TenancyBuilder<B>,
    pools: &Pools<B>,
    [shared, admin]: [&DatabaseUrl; 2],
) -> Result<Option<Roles>, TenancyError> {
    let mut problems = Vec::new();
    let mut check = |setting: &str, problem: String| problems.push(format!("`{setting}`: {problem}"));
    match pools.shared().get().await {
        Ok(_) => B::pooler_before(shared).await.into_iter().for_each(|problem| check("url", problem)),
        Err(error) => check("url", error.to_string()),
    }
    if builder.admin_url.is_some() {
        match pools.admin().get().await {
            Ok(_) if builder.transaction_pooler => {
                let problem = B::pooler_before_administration(admin).await;
                problem.into_iter().for_each(|problem| check("admin_url", problem));
            }
            Ok(_) => {}
            Err(error) => check("admin_url", error.to_string()),
        }
    }
    ConfigError::of(problems)?;
    let roles = B::roles(pools).await?;
    let mut isolations = builder.tiers.iter().map(|(_, isolation)| *isolation).chain([builder.isolation]);
    if let (true, Some(roles)) = (isolations.any(|isolation| isolation == Isolation::Rls), &roles) {
        ConfigError::of(roles.serve_rls().err().map(|error| error.to_string()).into_iter().collect())?;
    }
    Ok(roles)
}
