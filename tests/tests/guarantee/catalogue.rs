//! The table against the tests: every proof exists, and every form and every refused program is in a row.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::named_tests;

const OUTCOMES: [&str; 3] = ["scoped", "does not compile", "refused at run time"];

/// One row: the form, and what proves its outcome.
struct Row {
    form: String,
    outcome: String,
    proofs: Vec<Proof>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Proof {
    /// `"left join"`: a form of the suite.
    Form(String),
    /// `ui/fail/query/only.rs`: a program.
    Program(String),
    /// `rooms/writes.rs::name`: a test.
    Test { file: String, name: String },
}

impl Proof {
    fn parse(text: &str) -> Option<Self> {
        if let Some(form) = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
            return Some(Self::Form(form.to_owned()));
        }
        if text.starts_with("ui/") && text.ends_with(".rs") {
            return Some(Self::Program(text.to_owned()));
        }
        let (file, name) = text.split_once("::")?;
        file.ends_with(".rs").then(|| Self::Test { file: file.to_owned(), name: name.to_owned() })
    }
}

fn crate_dir() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub(super) fn document() -> String {
    fs::read_to_string(crate_dir().join("../docs/guarantee.md")).expect("docs/guarantee.md is there")
}

/// What stands between backticks.
pub(super) fn spans(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

fn rows() -> Vec<Row> {
    let text = document();
    let cells = |line: &str| {
        let line = line.trim().trim_matches('|');
        line.split(" | ").map(|cell| cell.trim().to_owned()).collect::<Vec<_>>()
    };
    let lines = text.lines().filter(|line| line.starts_with('|'));
    let rows = lines
        .map(cells)
        .filter(|cells| cells.len() != 1 && cells[0] != "form" && !cells[0].starts_with("---"));
    rows.map(|cells| {
        let [form, _, outcome, proofs] = <[String; 4]>::try_from(cells).unwrap_or_else(|cells| {
            panic!("a row has the form, how it is written, the outcome and the proof: {cells:?}")
        });
        let proofs = spans(&proofs)
            .map(|span| Proof::parse(span).unwrap_or_else(|| panic!("{form}: no proof: `{span}`")));
        Row { proofs: proofs.collect(), form, outcome }
    })
    .collect()
}

/// The Rust files below a directory of this crate.
pub(super) fn sources(directory: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![crate_dir().join(directory)];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found
}

/// The names in the `forms!` lists of the suite.
fn forms() -> BTreeSet<Proof> {
    let mut forms = BTreeSet::new();
    for path in sources("tests/suite") {
        let text = fs::read_to_string(path).unwrap();
        let lists = text.split("\nforms! {").skip(1).flat_map(|rest| rest.split_once("\n}\n"));
        for line in lists.flat_map(|(list, _)| list.lines()) {
            let quoted = line.strip_prefix("    \"").and_then(|line| line.split_once('"'));
            // A database that alone has the form may stand behind the name.
            let name = quoted.filter(|(_, rest)| rest.starts_with([':', '[']));
            forms.extend(name.map(|(name, _)| Proof::Form(name.to_owned())));
        }
    }
    forms
}

/// The text of a file with tests. One that is not there has none.
fn test_file(file: &str) -> String {
    fs::read_to_string(crate_dir().join("tests").join(file)).unwrap_or_default()
}

fn refused_programs() -> BTreeSet<Proof> {
    let paths = sources("ui/fail").into_iter();
    let names = paths.map(|path| path.strip_prefix(crate_dir()).unwrap().to_str().unwrap().to_owned());
    names.map(Proof::Program).collect()
}

#[test]
fn every_row_has_an_outcome_and_proofs_that_exist() {
    let forms = forms();
    assert!(forms.len() > 100, "the lists of the suite are not found: {forms:?}");
    let rows = rows();
    assert!(rows.len() > 100, "the rows of the table are not found");
    for Row { form, outcome, proofs } in rows {
        assert!(
            OUTCOMES.iter().any(|known| outcome.starts_with(known)),
            "{form}: the outcome is `{outcome}`"
        );
        assert!(!proofs.is_empty(), "{form}: nothing proves it");
        for proof in &proofs {
            let exists = match proof {
                Proof::Form(_) => forms.contains(proof),
                Proof::Program(path) => crate_dir().join(path).is_file(),
                Proof::Test { file, name } => named_tests::has_test(&test_file(file), name),
            };
            assert!(exists, "{form}: there is no such proof: {proof:?}");
        }
    }
}

#[test]
fn every_form_and_every_refused_program_is_in_a_row() {
    let named: BTreeSet<Proof> = rows().into_iter().flat_map(|row| row.proofs).collect();
    let known = forms().into_iter().chain(refused_programs());
    let missing: Vec<Proof> = known.filter(|proof| !named.contains(proof)).collect();
    assert!(missing.is_empty(), "docs/guarantee.md has no row for: {missing:#?}");
}
