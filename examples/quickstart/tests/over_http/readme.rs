//! What the README and the program itself say to try, tried.

use std::fs;
use std::path::Path;

use crate::app::{App, refused};
use crate::curl::Curl;

/// Each `curl` line of the README with the answer that stands under it as a comment.
fn readme() -> Vec<(String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
    let text = fs::read_to_string(path).unwrap();
    let mut lines = text.lines();
    let mut found = Vec::new();
    while let Some(line) = lines.next() {
        if line.starts_with("curl ") {
            let answer = lines.next().and_then(|line| line.strip_prefix("# "));
            found
                .push((line.to_owned(), answer.unwrap_or_else(|| panic!("no answer to: {line}")).to_owned()));
        }
    }
    found
}

#[test]
fn every_curl_line_of_the_readme_is_answered_as_it_says() {
    let lines = readme();
    assert!(lines.len() >= 8, "{lines:?}");
    let app = App::start();
    for (line, answer) in lines {
        assert_eq!(Curl::parse(&line).send(&app).body, answer, "{line}");
    }
}

/// Starting is starting afresh: what one run has changed, the next does not know.
#[test]
fn a_second_start_answers_as_the_first() {
    let (line, answer) = readme().swap_remove(0);
    let mut app = App::start();
    for _ in 0..2 {
        assert_eq!(Curl::parse(&line).send(&app).body, answer);
        let gone = app.send("DELETE", "/orders/1", &["X-Tenant-ID: acme"], "");
        assert_eq!(gone.status, 200);
        app = app.start_again();
    }
}

#[test]
fn it_prints_lines_of_the_readme() {
    let app = App::start();
    let address = format!("localhost:{}", app.port());
    let printed = app.stop();
    let readme: Vec<String> = readme().into_iter().map(|(line, _)| line).collect();
    let curls: Vec<String> = printed
        .lines()
        .map(|line| line.trim().replace(&address, "localhost:8080"))
        .filter(|line| line.starts_with("curl "))
        .collect();
    assert!(curls.len() >= 5, "{printed}");
    for line in curls {
        assert!(readme.contains(&line), "not in the README: {line}");
    }
    assert!(printed.contains("registered `acme`") && printed.contains("registered `globex`"), "{printed}");
}

#[test]
fn a_port_that_is_taken_or_none_is_named() {
    let app = App::start();
    let said = refused(&app.port().to_string());
    assert!(said.contains(&app.port().to_string()) && said.contains("PORT="), "{said}");
    // The run that holds the port keeps its data.
    assert_eq!(app.send("GET", "/orders", &["X-Tenant-ID: acme"], "").status, 200);
    assert!(refused("no-port").contains("PORT is `no-port`"));
}
