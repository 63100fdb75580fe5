//! The expansion does not lean on names that the user's code may have given another meaning.

#![deny(warnings)]
#![allow(dead_code, non_camel_case_types, reason = "the names are there to be in the way")]

mod hostile {
    pub struct Option;
    pub struct Result;
    pub struct String;
    pub struct Vec;
    pub struct Box;
    pub struct Some;
    pub struct None;
    pub struct Ok;
    pub struct Err;
    pub struct X;
    pub struct T;
    pub struct DB;
    pub struct PK;
    pub struct V;
    pub trait Default {}
    pub trait Clone {}
    pub trait Copy {}
    pub trait Debug {}
    pub trait Sized {}
    pub trait From {}
    pub trait Into {}
    pub trait Send {}
    pub struct usize;
    pub struct str;
    pub struct bool;
}

mod hostile_crates {
    pub mod std {}
    pub mod core {}
    pub mod alloc {}
    pub mod diesel {}
    pub mod tenancy {}
}

mod schema {
    #[allow(unused_imports, reason = "whatever of it the expansion would trip over")]
    use super::{hostile::*, hostile_crates::*};

    #[::tenancy::tenant_scoped]
    ::diesel::table! {
        orders (tenant_id, id) {
            id -> Integer,
            tenant_id -> Text,
            #[max_length = 20]
            title -> Nullable<Text>,
        }
    }
}

mod model {
    #[allow(unused_imports, reason = "whatever of it the expansion would trip over")]
    use super::hostile::*;

    use super::schema::orders;

    #[::tenancy::tenant_scoped]
    #[derive(::diesel::Queryable, ::diesel::Selectable)]
    pub struct Order {
        pub id: i32,
    }
}

fn main() {
    let _ = model::Order::query::<diesel::sqlite::Sqlite>();
    let _ = model::Order::find::<_, diesel::sqlite::Sqlite>(1);
    let _ = model::Order::delete(1);
    let _ = tenancy::tables![schema::orders];
}
