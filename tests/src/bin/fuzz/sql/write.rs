//! Forms of writing.

use diesel::prelude::*;
use diesel::upsert::excluded;
use diesel_async::RunQueryDsl;
use tenancy::{delete, insert_into, update};

use super::outcome::{count, rows};
use super::pred::{on_orders, on_people};
use super::records::{NewOrder, NewPerson, Order, OrderChange, Person};
use super::{Db, Diesel};
use crate::model::COPIED;
use crate::plan::{self, Change, Conflict, Form, Target, Write};
use crate::schema::{orders, people};
use crate::value::Outcome;

/// Runs a statement, for the rows it writes or for their number.
macro_rules! run {
    ($db:ident, $model:ident, $returning:expr, $statement:expr) => {
        if $returning {
            let statement = $statement.returning($model::as_returning());
            rows(Box::pin(async { statement.load::<$model>($db).await }).await, false)
        } else {
            let statement = $statement;
            count(Box::pin(async { statement.execute($db).await }).await)
        }
    };
}

/// An UPDATE of each target with these changes.
macro_rules! update_to {
    ($db:ident, $table:ident, $model:ident, $filter:ident, $returning:expr, $target:expr, $change:expr) => {
        match $target {
            Target::Everything => run!($db, $model, $returning, update($table::table).set($change)),
            Target::Find(id) => run!($db, $model, $returning, update($table::table.find(*id)).set($change)),
            Target::Model(id) => {
                let model = $model::numbered(*id);
                run!($db, $model, $returning, update(&model).set($change))
            }
            Target::Filter(pred) => {
                run!($db, $model, $returning, update($table::table.filter($filter(pred))).set($change))
            }
            Target::FilterOr(one, other) => {
                let target = $table::table.filter($filter(one)).or_filter($filter(other));
                run!($db, $model, $returning, update(target).set($change))
            }
            Target::Behind(pred) => {
                run!($db, $model, $returning, update($table::table).set($change).filter($filter(pred)))
            }
            other => panic!("no target of an update: {other:?}"),
        }
    };
}

macro_rules! delete_from {
    ($db:ident, $table:ident, $model:ident, $filter:ident, $returning:expr, $target:expr) => {
        match $target {
            Target::Everything => run!($db, $model, $returning, delete($table::table)),
            Target::Find(id) => run!($db, $model, $returning, delete($table::table.find(*id))),
            Target::Model(id) => {
                let model = $model::numbered(*id);
                run!($db, $model, $returning, delete(&model))
            }
            Target::Filter(pred) => {
                run!($db, $model, $returning, delete($table::table.filter($filter(pred))))
            }
            Target::FilterOr(one, other) => {
                let target = $table::table.filter($filter(one)).or_filter($filter(other));
                run!($db, $model, $returning, delete(target))
            }
            Target::Behind(pred) => {
                run!($db, $model, $returning, delete($table::table).filter($filter(pred)))
            }
            Target::OrBehind(one, other) => {
                let statement = delete($table::table.filter($filter(one))).or_filter($filter(other));
                run!($db, $model, $returning, statement)
            }
            Target::TableOr(pred) => {
                run!($db, $model, $returning, delete($table::table).or_filter($filter(pred)))
            }
        }
    };
}

/// `mark` is what people are given.
pub(super) async fn write(write: &Write, mark: &str, db: &mut Db) -> Outcome {
    match write {
        Write::InsertOrders { rows, form, returning } => insert_orders(rows, *form, *returning, db).await,
        Write::InsertPeople { rows, country, form, returning } => {
            insert_people(rows, country.as_ref(), mark, *form, *returning, db).await
        }
        Write::UpsertOrders { rows, conflict, returning } => {
            upsert_orders(rows, conflict, *returning, db).await
        }
        Write::CopyOrders { from, skip, returning } => {
            let columns =
                (orders::id + COPIED, orders::person_id, orders::title, orders::amount, orders::mark);
            let copied = orders::table.filter(orders::id.le(COPIED)).filter(on_orders(from)).select(columns);
            let names = (orders::id, orders::person_id, orders::title, orders::amount, orders::mark);
            let insert = insert_into(orders::table).values(copied).into_columns(names);
            if *skip {
                run!(db, Order, *returning, insert.on_conflict_do_nothing())
            } else {
                run!(db, Order, *returning, insert)
            }
        }
        Write::OrdersForPeople { from, returning } => {
            let new = people::table.into_boxed::<Diesel>().filter(on_people(from));
            let insert = insert_into(orders::table)
                .values(new.select((people::mark, people::id, people::id, people::name)))
                .into_columns((orders::mark, orders::id, orders::person_id, orders::title));
            run!(db, Order, *returning, insert)
        }
        Write::UpdateOrders { target, change, returning } => {
            update_orders(target, change, *returning, db).await
        }
        Write::UpdatePeople { target, name, returning } => {
            update_to!(db, people, Person, on_people, *returning, target, people::name.eq(name))
        }
        Write::DeleteOrders { target, returning } => {
            delete_from!(db, orders, Order, on_orders, *returning, target)
        }
        Write::DeletePeople { target, returning } => {
            delete_from!(db, people, Person, on_people, *returning, target)
        }
    }
}

/// A new order as a tuple of every column.
macro_rules! whole {
    ($new:expr) => {
        (
            orders::id.eq($new.id),
            orders::person_id.eq($new.person_id),
            orders::title.eq($new.title.clone().unwrap_or_default()),
            orders::amount.eq($new.amount.unwrap_or_default()),
            orders::note.eq($new.note.clone()),
            orders::mark.eq($new.mark.clone().unwrap_or_default()),
        )
    };
}

async fn upsert_orders(new: &[plan::NewOrder], conflict: &Conflict, returning: bool, db: &mut Db) -> Outcome {
    let tuples: Vec<_> = new.iter().map(|new| whole!(new)).collect();
    let insert = insert_into(orders::table).values(tuples);
    let changes = (orders::title.eq(excluded(orders::title)), orders::amount.eq(orders::amount + 1));
    let target = (orders::tenant_id, orders::id);
    match conflict {
        Conflict::Skip => run!(db, Order, returning, insert.on_conflict_do_nothing()),
        Conflict::Nothing => run!(db, Order, returning, insert.on_conflict(target).do_nothing()),
        Conflict::Update => {
            run!(db, Order, returning, insert.on_conflict(target).do_update().set(changes))
        }
        Conflict::UpdateIf(pred) => {
            let upsert = insert.on_conflict(target).do_update().set(changes);
            run!(db, Order, returning, upsert.filter(on_orders(pred)))
        }
    }
}

async fn insert_orders(rows_: &[plan::NewOrder], form: Form, returning: bool, db: &mut Db) -> Outcome {
    let structs: Vec<NewOrder> = rows_.iter().map(NewOrder::from).collect();
    let into = || insert_into(orders::table);
    match form {
        Form::Struct => run!(db, Order, returning, into().values(structs[0].clone())),
        Form::StructRef => run!(db, Order, returning, into().values(&structs[0])),
        Form::Tuple => run!(db, Order, returning, into().values(whole!(rows_[0]))),
        Form::Bare => {
            let values = (orders::id.eq(rows_[0].id), orders::person_id.eq(rows_[0].person_id));
            run!(db, Order, returning, into().values(values))
        }
        Form::Batch => run!(db, Order, returning, into().values(structs.clone())),
        Form::Slice => run!(db, Order, returning, into().values(&structs[..])),
        Form::BatchOfTuples => {
            let tuples: Vec<_> = rows_.iter().map(|new| whole!(new)).collect();
            run!(db, Order, returning, into().values(tuples))
        }
    }
}

async fn insert_people(
    rows_: &[(i32, String)],
    country: Option<&String>,
    mark: &str,
    form: Form,
    returning: bool,
    db: &mut Db,
) -> Outcome {
    let new = |(id, name): &(i32, String)| NewPerson {
        id: *id,
        name: name.clone(),
        country: country.cloned(),
        mark: mark.to_owned(),
    };
    let structs: Vec<NewPerson> = rows_.iter().map(new).collect();
    let tuple = |(id, name): &(i32, String)| {
        (
            people::mark.eq(mark.to_owned()),
            people::name.eq(name.clone()),
            people::country.eq(country.cloned()),
            people::id.eq(*id),
        )
    };
    let into = || insert_into(people::table);
    match form {
        Form::Struct => run!(db, Person, returning, into().values(structs[0].clone())),
        Form::StructRef => run!(db, Person, returning, into().values(&structs[0])),
        Form::Tuple => run!(db, Person, returning, into().values(tuple(&rows_[0]))),
        Form::Bare => {
            let (id, name) = &rows_[0];
            let values = (people::id.eq(id), people::name.eq(name), people::mark.eq(mark));
            run!(db, Person, returning, into().values(values))
        }
        Form::Batch => run!(db, Person, returning, into().values(structs.clone())),
        Form::Slice => run!(db, Person, returning, into().values(&structs[..])),
        Form::BatchOfTuples => {
            let tuples: Vec<_> = rows_.iter().map(tuple).collect();
            run!(db, Person, returning, into().values(tuples))
        }
    }
}

async fn update_orders(target: &Target, change: &Change, returning: bool, db: &mut Db) -> Outcome {
    match change {
        Change::Title(title) => {
            update_to!(db, orders, Order, on_orders, returning, target, orders::title.eq(title))
        }
        Change::Add(amount) => {
            let change = orders::amount.eq(orders::amount + *amount);
            update_to!(db, orders, Order, on_orders, returning, target, change)
        }
        Change::Pair(title, amount) => {
            let change = (orders::title.eq(title), orders::amount.eq(*amount));
            update_to!(db, orders, Order, on_orders, returning, target, change)
        }
        Change::Set { title, note } => {
            let change = OrderChange { title: title.clone(), note: note.clone() };
            update_to!(db, orders, Order, on_orders, returning, target, &change)
        }
    }
}
