//! The program as a person starts it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::process::{Command, Output};

fn run(redis: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_jobs")).env("REDIS_URL", redis).output().unwrap()
}

#[test]
fn it_does_the_jobs_of_both_tenants_and_says_so() {
    let redis = std::env::var("TENANCY_TEST_REDIS_URL").expect("run the tests with `cargo xtask test`");
    let output = run(&redis);
    let (said, failed) =
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert!(output.status.success(), "{said}{failed}");
    let count = |text: &str| said.lines().filter(|line| line.contains(text)).count();
    assert_eq!(count("enqueued {\"id\":"), 4, "{said}");
    assert_eq!(count(": done: "), 4, "{said}");
    assert_eq!(count(": set aside: "), 2, "{said}");
    assert_eq!(count("2 jobs are put back"), 1, "{said}");
    assert_eq!(count("report of `acme`: 3 orders, 6 pieces"), 2, "{said}");
    assert_eq!(count("report of `globex`: 2 orders, 6 pieces"), 2, "{said}");
}

#[test]
fn without_a_redis_it_says_what_to_do_and_no_password() {
    // Nobody listens at port 1.
    let output = run("redis://default:hunter2@127.0.0.1:1/");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    assert!(said.contains("REDIS_URL") && !said.contains("hunter2"), "{said}");
}
