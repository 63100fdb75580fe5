#![allow(missing_docs)]
#[test]
fn p() {
    tenancy_tests::probe()
}
