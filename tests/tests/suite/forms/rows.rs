//! The rows that every test begins with, and all there is afterwards.

use super::*;

/// Rows of the tenant `mark`. Ids and titles are the same for every tenant. Who has which name and whose order is
/// whose is not, so that a sub-query or a side of a union that sees another tenant's rows gives another answer; and
/// there is one customer that `acme` has not.
pub(crate) async fn seed(db: &mut Db, mark: &str) -> Result<(), Error> {
    let note = Some(format!("of {mark}"));
    let base = i32::try_from(mark.len()).unwrap() * 100;
    let is_acme = mark == "acme";
    let people = match is_acme {
        true => &[(1, "Ada", Some("DE")), (2, "Grace", Some("FR")), (3, "Linus", None)][..],
        false => {
            &[(1, "Grace", None), (2, "Ada", Some("FR")), (3, "Linus", Some("DE")), (4, "Ken", Some("DE"))]
        }
    };
    for &(id, name, country) in people {
        let row = (customers::id.eq(id), customers::name.eq(name), customers::country.eq(country));
        insert_into(customers::table).values(row).execute(db).await?;
    }
    let rows = match is_acme {
        true => [(1, 1, "apples"), (2, 1, "bread"), (3, 2, "apples"), (4, 2, "milk")],
        false => [(1, 2, "apples"), (2, 3, "bread"), (3, 4, "apples"), (4, 4, "milk")],
    };
    for (id, customer, title) in rows {
        let row = (
            orders::id.eq(id),
            orders::customer_id.eq(customer),
            orders::title.eq(title),
            orders::amount.eq(base + id),
            orders::note.eq(note.clone()),
        );
        insert_into(orders::table).values(row).execute(db).await?;
    }
    let parts = match is_acme {
        true => [(1, 1, "screw"), (1, 2, "nail"), (2, 1, "nail")],
        false => [(1, 1, "screw"), (3, 2, "nail"), (4, 1, "bolt")],
    };
    for (order, number, product) in parts {
        let row = (
            items::order_id.eq(order),
            items::number.eq(number),
            items::product.eq(product),
            items::quantity.eq(base + 1 + number),
        );
        insert_into(items::table).values(row).execute(db).await?;
    }
    for (order, label) in [(1, "red"), (if is_acme { 2 } else { 3 }, "blue")] {
        let row = (tags::order_id.eq(order), tags::position.eq(2), tags::label.eq(format!("{label} {mark}")));
        insert_into(tags::table).values(row).execute(db).await?;
    }
    Ok(())
}

/// The rows of the global table, which all tenants share.
pub(crate) async fn seed_countries(db: &mut Db) -> Result<(), Error> {
    for (code, name) in [("DE", "Germany"), ("FR", "France")] {
        let row = (countries::code.eq(code), countries::name.eq(name));
        diesel::insert_into(countries::table).values(row).execute(db).await?;
    }
    Ok(())
}

/// Everything the tenant has.
pub(crate) async fn dump(db: &mut Db) -> Answer {
    let orders = orders::table.select(Order::as_select()).order(orders::id).load(db).await;
    let customers = Customer::query().order(customers::id).load(db).await;
    let items = items::table.select(models::Item::as_select()).load(db).await;
    let tags = tags::table.select(models::Tag::as_select()).load(db).await;
    let mut all = answer(orders)?;
    all.extend(answer(customers)?);
    all.extend(answer(items)?);
    all.extend(answer(tags)?);
    Ok(all)
}
