//! The models of the fuzzer's tables.

use diesel::prelude::*;

use crate::plan;
use crate::schema::{orders, people};
use crate::value::{IntoRow, Row, row};

#[derive(Debug, Clone, Identifiable, Queryable, Selectable)]
#[diesel(table_name = people)]
pub(super) struct Person {
    pub(super) id: i32,
    pub(super) name: String,
    pub(super) country: Option<String>,
    pub(super) mark: String,
}

#[derive(Debug, Clone, Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = orders, belongs_to(Person))]
pub(super) struct Order {
    pub(super) id: i32,
    pub(super) person_id: i32,
    pub(super) title: String,
    pub(super) amount: i32,
    pub(super) note: Option<String>,
    pub(super) mark: String,
}

#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = orders)]
pub(super) struct NewOrder {
    id: i32,
    person_id: i32,
    title: Option<String>,
    amount: Option<i32>,
    note: Option<String>,
    mark: Option<String>,
}

#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = people)]
pub(super) struct NewPerson {
    pub(super) id: i32,
    pub(super) name: String,
    pub(super) country: Option<String>,
    pub(super) mark: String,
}

#[derive(Debug, AsChangeset)]
#[diesel(table_name = orders)]
pub(super) struct OrderChange {
    pub(super) title: Option<String>,
    pub(super) note: Option<Option<String>>,
}

impl Person {
    /// A model that only its number matters of.
    pub(super) fn numbered(id: i32) -> Self {
        Self { id, name: String::new(), country: None, mark: String::new() }
    }
}

impl Order {
    /// A model that only its number matters of.
    pub(super) fn numbered(id: i32) -> Self {
        let (title, mark) = (String::new(), String::new());
        Self { id, person_id: 0, title, amount: 0, note: None, mark }
    }
}

impl From<&plan::NewOrder> for NewOrder {
    fn from(new: &plan::NewOrder) -> Self {
        let plan::NewOrder { id, person_id, title, amount, note, mark } = new.clone();
        Self { id, person_id, title, amount, note, mark }
    }
}

impl IntoRow for Person {
    fn into_row(self) -> Row {
        row![self.id, self.name, self.country, self.mark]
    }
}

impl IntoRow for Order {
    fn into_row(self) -> Row {
        row![self.id, self.person_id, self.title, self.amount, self.note, self.mark]
    }
}
