//! The attribute cannot see into another file.

#[tenancy::tenant_scoped]
mod schema;

fn main() {}
