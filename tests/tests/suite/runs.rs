//! The tests, written once; `runs!` makes them for one backend under each of its isolations.

/// The tests of one backend. Each isolation is a module of them.
macro_rules! runs {
    ($($name:ident: $world:expr),* $(,)?) => {$(
        mod $name {
            use tenancy::{Isolation, TenancyError};
            use tenancy::ScopeError;

            use super::World;
            use super::forms as ours;
            use crate::oracle::forms as theirs;
            use crate::oracles::oracle;

            fn runs_here(names: &[&'static str]) -> Vec<&'static str> {
                let is_exempt = |name: &str| super::EXEMPT.iter().any(|(exempt, _)| *exempt == name);
                names.iter().copied().filter(|name| !is_exempt(name)).collect()
            }

            async fn seeded() -> World {
                let world: World = $world.await;
                let mut first = true;
                for tenant in [&world.acme, &world.globex].into_iter().chain(&world.others) {
                    let mut db = world.db(tenant).await;
                    let context = world.tenancy.context(tenant);
                    let has_its_own = context.isolation() == Isolation::Database;
                    context.scope(async {
                        if first || has_its_own {
                            ours::seed_countries(&mut db).await.unwrap();
                            first &= has_its_own;
                        }
                        ours::seed(&mut db, tenant.identifier().as_str()).await.unwrap();
                    }).await;
                }
                world
            }

            /// Threats 1 and 2: whatever the form, the answer is that of a database in which the tenant is alone.
            #[tokio::test]
            async fn every_form_of_read_answers_as_if_the_tenant_were_alone() {
                let world = seeded().await;
                for tenant in [&world.acme, &world.globex] {
                    let mut alone = oracle().await;
                    theirs::seed_countries(&mut alone).await.unwrap();
                    theirs::seed(&mut alone, tenant.identifier().as_str()).await.unwrap();
                    let mut db = world.db(tenant).await;
                    world.tenancy.context(tenant).scope(async {
                        let mut wrong = Vec::new();
                        for name in runs_here(ours::READS) {
                            let expected = theirs::read(name, &mut alone).await;
                            assert!(expected.is_ok(), "{name}: {expected:?}");
                            // The second time from the statement cache.
                            for time in ["first", "again"] {
                                let found = ours::read(name, &mut db).await;
                                if found != expected {
                                    wrong.push(format!("{name}, {time}: {found:?} instead of {expected:?}"));
                                }
                            }
                        }
                        assert!(wrong.is_empty(), "{wrong:#?}");
                    }).await;
                }
            }

            /// Threat 3: a write changes what it would change if the tenant were alone, and nothing of
            /// another tenant's.
            #[tokio::test]
            async fn every_form_of_write_changes_its_tenant_alone() {
                let world = seeded().await;
                let mut alone = [oracle().await, oracle().await];
                let tenants = [&world.acme, &world.globex];
                for (alone, tenant) in alone.iter_mut().zip(tenants) {
                    theirs::seed(alone, tenant.identifier().as_str()).await.unwrap();
                }
                let mut db = [world.db(&world.acme).await, world.db(&world.globex).await];
                let scope = |index: usize| world.tenancy.context(tenants[index]);
                for name in runs_here(ours::WRITES) {
                    // One tenant, then the other: the second finds its rows as they were.
                    for writer in [0, 1] {
                        let expected = theirs::write(name, &mut alone[writer]).await;
                        let found = scope(writer).scope(ours::write(name, &mut db[writer])).await;
                        if ours::REFUSED.contains(&name) {
                            assert!(found.is_err() && expected.is_err(), "{name}: {found:?}, {expected:?}");
                        } else {
                            assert!(expected.is_ok(), "{name}: {expected:?}");
                            assert_eq!(found, super::seen(expected), "{name}");
                        }
                        for reader in [0, 1] {
                            let expected = theirs::dump(&mut alone[reader]).await;
                            let found = scope(reader).scope(ours::dump(&mut db[reader])).await;
                            assert_eq!(found, expected, "{name}: after {writer} wrote, {reader}'s rows");
                        }
                    }
                }
            }

            /// Threats 1 and 2: whichever way a query is run, and whatever is made of its rows.
            #[tokio::test]
            async fn every_way_of_running_answers_as_if_the_tenant_were_alone() {
                let world = seeded().await;
                for tenant in [&world.acme, &world.globex] {
                    let mut alone = oracle().await;
                    theirs::seed(&mut alone, tenant.identifier().as_str()).await.unwrap();
                    let mut db = world.db(tenant).await;
                    let expected = theirs::ways(&mut alone).await.unwrap();
                    let found = world.tenancy.context(tenant).scope(ours::ways(&mut db)).await.unwrap();
                    assert_eq!(found, expected);
                }
            }

            #[tokio::test]
            async fn counts_and_transactions_are_diesels() {
                let world = seeded().await;
                let mut alone = oracle().await;
                theirs::seed(&mut alone, "acme").await.unwrap();
                let mut db = world.db(&world.acme).await;
                world.tenancy.context(&world.acme).scope(async {
                    let expected = theirs::counted(&mut alone).await.unwrap();
                    assert_eq!(ours::counted(&mut db).await.unwrap(), expected);
                    assert_eq!(ours::dump(&mut db).await, theirs::dump(&mut alone).await);
                }).await;
                let mut other = world.db(&world.globex).await;
                let mut alone = oracle().await;
                theirs::seed(&mut alone, "globex").await.unwrap();
                let found = world.tenancy.context(&world.globex).scope(ours::dump(&mut other)).await;
                assert_eq!(found, theirs::dump(&mut alone).await);
            }

            #[test]
            fn what_is_exempt_is_a_form() {
                for (name, why) in super::EXEMPT {
                    assert!(ours::READS.contains(name) || ours::WRITES.contains(name), "{name}: {why}");
                }
            }

            /// Threats 1 and 10: outside every scope a query has no SQL, whatever its form, and a handle that was
            /// taken inside one sends nothing.
            #[tokio::test]
            async fn outside_a_scope_every_form_is_an_error() {
                for (name, sql) in ours::render_reads().into_iter().chain(ours::render_writes()) {
                    let error = TenancyError::from(sql.expect_err(name));
                    assert!(matches!(error, TenancyError::Scope(ScopeError::NoTenant { .. })), "{name}: {error}");
                    let text = error.to_string();
                    assert!(text.contains("for table `"), "{name}: {text}");
                    assert!(text.contains("TenantContext::scope"), "{name}: {text}");
                }
                let world = seeded().await;
                let mut db = world.db(&world.acme).await;
                for name in runs_here(ours::READS) {
                    let error = ours::read(name, &mut db).await.expect_err(name);
                    assert!(error.contains("no tenant"), "{name}: {error}");
                }
                for name in runs_here(ours::WRITES) {
                    let error = ours::write(name, &mut db).await.expect_err(name);
                    assert!(error.contains("no tenant"), "{name}: {error}");
                }
                let nobody = world.tenancy.db().await.expect_err("no tenant is in context");
                assert!(matches!(nobody, TenancyError::Scope(ScopeError::NoTenant { .. })), "{nobody}");
            }

            /// Threat 10: a handle of one tenant used in another's scope, and a query built in one and run in
            /// the other.
            #[tokio::test]
            async fn a_handle_and_a_query_stay_in_their_scope() {
                use diesel::QueryDsl;
                use diesel_async::RunQueryDsl;
                use super::schema::orders;

                let world = seeded().await;
                let (acme, globex) = (world.tenancy.context(&world.acme), world.tenancy.context(&world.globex));
                let mut db = world.db(&world.acme).await;
                for name in runs_here(ours::READS) {
                    let error = globex.clone().scope(ours::read(name, &mut db)).await.expect_err(name);
                    assert!(error.contains("was taken for"), "{name}: {error}");
                }
                let query = globex.sync_scope(|| orders::table.select(orders::id).filter(diesel::ExpressionMethods::gt(orders::id, 0)));
                let error = acme.clone().scope(query.clone().load::<i32>(&mut db)).await.expect_err("another scope's query");
                // The future is made here, outside every scope, and that already is refused.
                assert!(error.to_string().contains("no tenant"), "{error}");
                let error = acme.scope(async { query.load::<i32>(&mut db).await }).await.expect_err("another scope's query");
                assert!(matches!(TenancyError::from(error), TenancyError::Scope(ScopeError::OtherScope { table: "orders", .. })));
            }
        }
    )*};
}

pub(crate) use runs;
