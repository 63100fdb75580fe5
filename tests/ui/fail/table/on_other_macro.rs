//! It knows one macro.

#[tenancy::tenant_scoped]
diesel::joinable!(orders -> customers (customer_id));

fn main() {}
