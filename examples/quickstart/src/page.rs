//! The page at `/`: every tenant's orders, side by side.

use std::fmt::{self, Write};

use actix_web::web::{Data, Html};
use actix_web::{Result, get};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use tenancy::sqlite::Tenancy;
use tenancy::store::ListTenants;
use tenancy::tenant::TenantStatus;
use tenancy::{TenancyError, Tenant};

use crate::orders::Order;
use crate::schema::orders;

const HEAD: &str = "<!doctype html><html lang=en><meta charset=utf-8><title>Two tenants</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem }
main { display: flex; flex-wrap: wrap; gap: 3rem }
th, td { padding: .2rem 1.5rem .2rem 0; text-align: left }
</style>
<h1>Two tenants</h1>
<p>One application, one set of handlers. The queries name no tenant, and the order numbers are the same.</p>
<main>
";

#[get("/")]
pub(crate) async fn page(tenancy: Data<Tenancy>) -> Result<Html, TenancyError> {
    let mut html = HEAD.to_owned();
    let served = ListTenants { status: Some(TenantStatus::Active), ..ListTenants::default() };
    for tenant in tenancy.store().list(served).await?.into_tenants()? {
        let orders = orders_of(&tenancy, &tenant).await?;
        html.push_str(&section(&tenant, &orders));
    }
    html.push_str("</main></html>\n");
    Ok(Html::new(html))
}

/// This page stands outside the middleware, so it enters each tenant's scope by itself.
async fn orders_of(tenancy: &Tenancy, tenant: &Tenant) -> Result<Vec<Order>, TenancyError> {
    let orders = async {
        let mut db = tenancy.db().await?;
        Ok(Order::query().order(orders::id).load(&mut db).await?)
    };
    tenancy.context(tenant).scope(orders).await
}

fn section(tenant: &Tenant, orders: &[Order]) -> String {
    let (name, identifier) = (Escaped(tenant.name()), Escaped(tenant.identifier().as_str()));
    let row = |Order { id, item, quantity }: &Order| {
        format!("<tr><td>{id}</td><td>{}</td><td>{quantity}</td></tr>\n", Escaped(item))
    };
    let rows: String = orders.iter().map(row).collect();
    format!(
        "<section><h2>{name}</h2><p><code>X-Tenant-ID: {identifier}</code></p>
<table><tr><th>order</th><th>item</th><th>quantity</th></tr>
{rows}</table></section>
"
    )
}

/// Text inside an element.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| match c {
            '&' => f.write_str("&amp;"),
            '<' => f.write_str("&lt;"),
            '>' => f.write_str("&gt;"),
            other => f.write_char(other),
        })
    }
}
