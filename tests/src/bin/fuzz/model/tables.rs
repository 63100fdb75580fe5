//! One tenant's rows.

use std::collections::BTreeMap;

/// The rows of the global table, which all tenants share.
pub(crate) const COUNTRIES: [(&str, &str); 2] = [("DE", "Germany"), ("FR", "France")];

/// What differs between databases and isolations.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules {
    /// A code is unique across tenants.
    pub(crate) shared_codes: bool,
    /// Policies refuse an upsert that meets another tenant's row.
    pub(crate) policies: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) id: i32,
    pub(crate) name: String,
    pub(crate) country: Option<String>,
    pub(crate) mark: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Order {
    pub(crate) id: i32,
    pub(crate) person_id: i32,
    pub(crate) title: String,
    pub(crate) amount: i32,
    pub(crate) note: Option<String>,
    pub(crate) mark: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Voucher {
    pub(crate) id: i32,
    pub(crate) code: String,
    pub(crate) uses: i32,
    pub(crate) mark: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tables {
    /// The tenant's key and mark.
    pub(crate) key: String,
    pub(crate) mark: String,
    pub(crate) people: BTreeMap<i32, Person>,
    pub(crate) orders: BTreeMap<i32, Order>,
    pub(crate) vouchers: BTreeMap<i32, Voucher>,
}

impl Tables {
    pub(crate) fn new(key: &str, mark: &str) -> Self {
        Self {
            key: key.to_owned(),
            mark: mark.to_owned(),
            people: BTreeMap::new(),
            orders: BTreeMap::new(),
            vouchers: BTreeMap::new(),
        }
    }

    pub(crate) fn orders_of(&self, person: i32) -> impl Iterator<Item = &Order> {
        self.orders.values().filter(move |order| order.person_id == person)
    }
}

/// The name of a country that there is.
pub(crate) fn country(code: Option<&str>) -> Option<&'static str> {
    COUNTRIES.iter().find(|(known, _)| Some(*known) == code).map(|(_, name)| *name)
}
