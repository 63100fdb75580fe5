//! The code of the README and of the guides, compiled as doc tests of this crate.

macro_rules! guides {
    ($($name:ident = $path:literal,)*) => {
        $(
            #[cfg(doctest)]
            #[doc = include_str!($path)]
            mod $name {}
        )*
    };
}

guides! {
    readme = "../../README.md",
    audit_logging = "../../docs/audit-logging.md",
    background_jobs = "../../docs/background-jobs.md",
    caching = "../../docs/caching.md",
    context = "../../docs/context.md",
    guarantee = "../../docs/guarantee.md",
    inspect = "../../docs/inspect.md",
    isolation = "../../docs/isolation.md",
    jwt = "../../docs/jwt.md",
    migrations = "../../docs/migrations.md",
    pgbouncer = "../../docs/pgbouncer.md",
    rate_limiting = "../../docs/rate-limiting.md",
    requests = "../../docs/requests.md",
    resolution = "../../docs/resolution.md",
    secrets = "../../docs/secrets.md",
    storage = "../../docs/storage.md",
    tables_and_models = "../../docs/tables-and-models.md",
    tenants = "../../docs/tenants.md",
    testing = "../../docs/testing.md",
}
