//! Nothing to scope.

#[tenancy::tenant_scoped]
fn orders() {}

fn main() {}
