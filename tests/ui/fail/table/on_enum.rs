//! Nothing to scope.

#[tenancy::tenant_scoped]
enum Order {
    Open,
}

fn main() {}
