//! Two attributes: the options of one would not count.

#[tenancy::tenant_scoped]
#[tenancy::tenant_scoped(global)]
diesel::table! {
    countries (code) {
        code -> Text,
    }
}

fn main() {
    let _ = countries::table;
}
