//! What `#[tenant_scoped]` on a model gives, and the forms of tables.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use tenancy::{Isolation, TenantScoped, tenant_scoped};
use tenancy_tests::schema::{customers, orders};
use tenancy_tests::world::{postgres, sqlite};

#[tenant_scoped]
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Identifiable)]
#[diesel(table_name = customers)]
struct Customer {
    id: i32,
    name: String,
}

#[derive(Debug, Insertable, TenantScoped)]
#[diesel(table_name = orders)]
struct NewOrder {
    id: i32,
    customer_id: i32,
}

/// One body for both backends: the generated functions, and Diesel's ways to run a query.
macro_rules! generated {
    ($($backend:ident: $isolation:ident;)*) => {$(
        #[tokio::test]
        async fn $backend() {
            let world = $backend::World::new(Isolation::$isolation).await;
            for tenant in [&world.acme, &world.globex] {
                let mut db = world.db(tenant).await;
                let db = &mut db;
                world.tenancy.context(tenant).scope(async {
                    let values = (customers::id.eq(1), customers::name.eq("Ada"));
                    let ada: Customer = Customer::create(values).get_result(db).await.unwrap();
                    assert_eq!(ada, Customer { id: 1, name: "Ada".into() });
                    tenancy::insert_into(orders::table)
                        .values(&NewOrder { id: 5, customer_id: 1 })
                        .execute(db)
                        .await
                        .unwrap();

                    assert_eq!(Customer::query().load(db).await.unwrap(), vec![ada.clone()]);
                    assert_eq!(Customer::query().first(db).await.unwrap(), ada);
                    assert_eq!(Customer::find(1).get_result(db).await.unwrap(), ada);
                    assert_eq!(Customer::find(2).first(db).await.optional().unwrap(), None);
                    assert_eq!(customers::table.count().get_result::<i64>(db).await.unwrap(), 1);
                    let key: String = customers::table.select(customers::tenant_id).first(db).await.unwrap();
                    assert_eq!(key, tenant.id().as_str());

                    let changed = Customer::update(1).set(customers::name.eq("Grace")).execute(db).await;
                    assert_eq!(changed.unwrap(), 1);
                    let grace: Customer = Customer::find(1).first(db).await.unwrap();
                    assert_eq!(grace.name, "Grace");
                    tenancy::delete(orders::table.find(5)).execute(db).await.unwrap();
                    assert_eq!(Customer::delete(1).execute(db).await.unwrap(), 1);
                    assert_eq!(Customer::delete(1).execute(db).await.unwrap(), 0);
                }).await;
            }
        }
    )*};
}

generated! {
    sqlite: Column;
    postgres: Rls;
}

/// A file as `diesel print-schema` writes it, under another module's options.
mod printed {
    #[tenancy::tenant_scoped(global(countries))]
    pub(super) mod schema {
        use tenancy::schema as diesel;
        include!("printed_schema.rs");
    }
}

#[tokio::test]
async fn a_printed_schema_is_scoped_as_it_is() {
    use printed::schema::{countries, customers};

    let world = sqlite::World::new(Isolation::Column).await;
    let mut db = world.db(&world.acme).await;
    let db = &mut db;
    let count = customers::table.count();
    world
        .tenancy
        .context(&world.acme)
        .scope(async {
            let error = count.get_result::<i64>(db).await.unwrap_err();
            assert!(error.to_string().contains("no tenant in context for table `customers`"), "{error}");
            assert_eq!(customers::table.count().get_result::<i64>(db).await.unwrap(), 0);
            assert_eq!(countries::table.count().get_result::<i64>(db).await.unwrap(), 0);
        })
        .await;
}
