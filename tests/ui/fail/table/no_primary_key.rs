//! Diesel would guess `id`.

#[tenancy::tenant_scoped]
diesel::table! {
    orders {
        number -> Integer,
        tenant_id -> Text,
    }
}

fn main() {}
