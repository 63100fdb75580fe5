//! Addresses of networks, which PostgreSQL alone has: every method and every function that Diesel has of them.
#![allow(unused_imports, unused_macros, reason = "elsewhere none of these forms is compiled")]

use diesel::dsl::{
    abbrev, broadcast, family, host, hostmask, inet_merge, inet_same_family, masklen, netmask, network,
    set_masklen,
};
use diesel::sql_types::{Cidr, Inet, Text};

use super::own::{cidr, inet};
use super::*;

/// An address of the row's own: its customer is the last part of it.
macro_rules! address {
    () => {
        inet("10.0.0.".into_sql::<Text>().concat(orders::customer_id.cast::<Text>()).concat("/30"))
    };
}

forms! { READS, read, render;
    "network methods"[postgres]: (bool, bool, bool, bool, bool, String, String, i64) = orders::table.select((
        address!().contains(inet("10.0.0.1")),
        address!().contains_or_eq(inet("10.0.0.4/30")),
        address!().is_contained_by(inet("10.0.0.0/29")),
        address!().is_contained_by_or_eq(inet("10.0.0.0/30")),
        address!().overlaps_with(inet("10.0.0.4/31")),
        host::<Inet, _>(address!().and(inet("0.0.0.3"))),
        host::<Inet, _>(address!().or(inet("0.0.0.8"))),
        address!().diff(inet("10.0.0.0")),
    ));
    "network functions"[postgres]: (String, String, i32, String, String, String, bool, i32, String, String, String) =
        orders::table.select((
            abbrev::<Inet, _>(address!()),
            host::<Inet, _>(broadcast::<Inet, _>(address!())),
            family::<Inet, _>(address!()),
            host::<Inet, _>(address!()),
            host::<Inet, _>(hostmask::<Inet, _>(address!())),
            abbrev::<Cidr, _>(inet_merge::<Inet, Cidr, _, _>(address!(), cidr("10.0.1.0/24"))),
            inet_same_family::<Inet, Cidr, _, _>(address!(), cidr("10.0.1.0/24")),
            masklen::<Inet, _>(address!()),
            host::<Inet, _>(netmask::<Inet, _>(address!())),
            abbrev::<Cidr, _>(network::<Inet, _>(address!())),
            abbrev::<Inet, _>(set_masklen::<Inet, _, _>(address!(), 24)),
        ));
}
