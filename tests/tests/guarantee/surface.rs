//! Diesel's query surface, read from Diesel's own source, against the table: a method that a new version of
//! Diesel brings has to be decided about.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use super::called::called;
use super::catalogue::{document, sources, spans};

/// Where the methods are: the package, the file, and the trait, or the `impl` block's first line.
const TRAITS: &[(&str, &str, &str)] = &[
    ("diesel", "query_dsl/mod.rs", "pub trait QueryDsl"),
    ("diesel", "query_dsl/mod.rs", "pub trait RunQueryDsl"),
    ("diesel", "query_dsl/combine_dsl.rs", "pub trait CombineDsl"),
    ("diesel", "query_dsl/join_dsl.rs", "pub trait JoinOnDsl"),
    ("diesel", "query_dsl/save_changes_dsl.rs", "pub trait SaveChangesDsl"),
    ("diesel", "query_dsl/belonging_to_dsl.rs", "pub trait BelongingToDsl"),
    ("diesel", "query_dsl/positional_order_dsl.rs", "pub trait PositionalOrderDsl"),
    ("diesel", "query_builder/has_query.rs", "pub trait HasQuery"),
    ("diesel", "associations/belongs_to.rs", "pub trait GroupedBy"),
    ("diesel", "expression_methods/global_expression_methods.rs", "pub trait ExpressionMethods"),
    ("diesel", "expression_methods/global_expression_methods.rs", "pub trait NullableExpressionMethods"),
    ("diesel", "expression_methods/bool_expression_methods.rs", "pub trait BoolExpressionMethods"),
    ("diesel", "expression_methods/text_expression_methods.rs", "pub trait TextExpressionMethods"),
    ("diesel", "expression_methods/escape_expression_methods.rs", "pub trait EscapeExpressionMethods"),
    ("diesel", "expression_methods/eq_all.rs", "pub trait EqAll"),
    ("diesel", "expression/functions/aggregate_expressions.rs", "pub trait AggregateExpressionMethods"),
    ("diesel", "expression/functions/aggregate_expressions.rs", "pub trait WindowExpressionMethods"),
    ("diesel", "expression/functions/aggregate_expressions/frame_clause.rs", "pub trait FrameBoundDsl"),
    ("diesel", "expression/functions/aggregate_expressions/frame_clause.rs", "pub trait FrameClauseDsl"),
    ("diesel", "insertable.rs", "pub trait Insertable"),
    ("diesel", "pg/expression/extensions/only_dsl.rs", "pub trait OnlyDsl"),
    ("diesel", "pg/expression/extensions/tablesample_dsl.rs", "pub trait TablesampleDsl"),
    ("diesel", "pg/expression/expression_methods.rs", "pub trait PgExpressionMethods"),
    ("diesel", "pg/expression/expression_methods.rs", "pub trait PgSortExpressionMethods"),
    ("diesel", "pg/expression/expression_methods.rs", "pub trait PgTextExpressionMethods"),
    ("diesel", "pg/expression/expression_methods.rs", "pub trait PgTimestampExpressionMethods"),
    ("diesel", "pg/expression/expression_methods.rs", "pub trait PgArrayExpressionMethods"),
    ("diesel", "pg/expression/expression_methods.rs", "pub trait PgRangeExpressionMethods"),
    ("diesel", "pg/expression/expression_methods.rs", "pub trait PgNetExpressionMethods"),
    ("diesel", "pg/expression/expression_methods.rs", "pub trait PgJsonbExpressionMethods"),
    ("diesel", "pg/expression/expression_methods.rs", "pub trait PgAnyJsonExpressionMethods"),
    ("diesel", "pg/expression/expression_methods.rs", "pub trait PgBinaryExpressionMethods"),
    ("diesel", "sqlite/expression/expression_methods.rs", "pub trait SqliteExpressionMethods"),
    ("diesel", "query_builder/upsert/on_conflict_target_decorations.rs", "pub trait DecoratableTarget"),
    ("diesel-async", "run_query_dsl/mod.rs", "pub trait RunQueryDsl"),
    ("diesel-async", "run_query_dsl/mod.rs", "pub trait SaveChangesDsl"),
];

/// Files of functions, or of methods of one kind of statement.
const FUNCTIONS: &[(&str, &str)] = &[
    ("diesel", "query_builder/functions.rs"),
    ("diesel", "query_builder/insert_statement/mod.rs"),
    ("diesel", "query_builder/update_statement/mod.rs"),
    ("diesel", "query_builder/delete_statement/mod.rs"),
    ("diesel", "upsert/on_conflict_extension.rs"),
    ("diesel", "expression/exists.rs"),
    ("diesel", "expression/not.rs"),
    ("diesel", "expression/case_when.rs"),
    ("diesel", "expression/count.rs"),
    ("diesel", "expression/sql_literal.rs"),
    ("diesel", "expression/functions/aggregate_folding.rs"),
    ("diesel", "expression/functions/aggregate_ordering.rs"),
    ("diesel", "expression/functions/date_and_time.rs"),
    ("diesel", "expression/functions/window_functions.rs"),
    ("diesel", "pg/expression/array.rs"),
    ("diesel", "pg/expression/array_comparison.rs"),
    ("diesel", "pg/expression/functions.rs"),
    ("diesel", "pg/query_builder/on_constraint.rs"),
    ("diesel", "pg/query_builder/copy/copy_from.rs"),
    ("diesel", "pg/query_builder/copy/copy_to.rs"),
    ("diesel", "sqlite/expression/functions.rs"),
];

/// What is no form of query: constructors, and what the query builder itself calls.
const INTERNAL: &[&str] = &[
    "as_array_expression",
    "as_expression",
    "any_set",
    "build",
    "callback",
    "from_clause",
    "get_buffer",
    "idx",
    "into_array_expression",
    "is_array",
    "is_empty",
    "lookup",
    "make_row",
    "new",
    "options",
    "rows_to_insert",
    "setup_options",
    "walk_ast",
    "walk_target",
    "write_to_buffer",
    "walk_arguments",
    "lookup_type",
];

/// What stands behind `copy_from(…)` and `copy_to(…)` of a table, which do not compile: nothing can call it.
const BEHIND_COPY: &[&str] = &[
    "load_raw",
    "with_default",
    "with_delimiter",
    "with_escape",
    "with_format",
    "with_freeze",
    "with_header",
    "with_null",
    "with_quote",
];

/// Where cargo keeps the source of these packages.
fn source_of(metadata: &Value, package: &str) -> PathBuf {
    let packages = metadata["packages"].as_array().unwrap();
    let found = packages.iter().find(|found| found["name"] == package).expect("the package is a dependency");
    let manifest = PathBuf::from(found["manifest_path"].as_str().unwrap());
    manifest.parent().unwrap().join("src")
}

/// What the packages of this platform are: those of others need not have been fetched.
fn metadata() -> Value {
    let version = cargo(&["--version", "--verbose"]);
    let version = String::from_utf8(version).unwrap();
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).expect("cargo names its host");
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let found =
        ["--format-version", "1", "--offline", "--filter-platform", host, "--manifest-path", manifest];
    serde_json::from_slice(&cargo(&[&["metadata"][..], &found].concat())).unwrap()
}

fn cargo(arguments: &[&str]) -> Vec<u8> {
    let output = Command::new(env!("CARGO")).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// The name in `fn name`, if that is what the line declares.
fn declared<'a>(line: &'a str, visibility: &str) -> Option<&'a str> {
    let rest = line.strip_prefix(visibility)?.strip_prefix("fn ")?;
    rest.split(|c: char| !c.is_alphanumeric() && c != '_').next()
}

/// The source is formatted: what a block holds is indented, and its end is not.
fn methods<'a>(text: &'a str, opening: &str) -> Vec<&'a str> {
    let opens =
        |line: &&str| line.strip_prefix(opening).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric));
    let body = text.lines().skip_while(|line| !opens(line)).skip(1).take_while(|line| *line != "}");
    body.filter_map(|line| declared(line, "    ").or_else(|| declared(line, "    pub "))).collect()
}

fn functions(text: &str) -> Vec<&str> {
    let public = |line| declared(line, "pub ").or_else(|| declared(line, "    pub "));
    // Functions of SQL are declared in a block, without `pub`.
    let block = |line| declared(line, "    ");
    let sql = text.split("extern \"SQL\" {").skip(1).filter_map(|rest| rest.split_once("\n}"));
    let sql = sql.flat_map(|(body, _)| body.lines()).filter_map(block);
    text.lines().filter_map(public).chain(sql).collect()
}

/// Every method and function of the surface, as `where it is: name`.
fn surface() -> BTreeSet<(String, String)> {
    let metadata = metadata();
    let read = |package: &str, file: &str| {
        let path = source_of(&metadata, package).join(file);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    let mut surface = BTreeSet::new();
    let mut add = |place: &str, names: Vec<&str>| {
        assert!(!names.is_empty(), "`{place}` is not found, or has nothing in it");
        let names = names.into_iter().filter(|name| !INTERNAL.contains(name));
        surface.extend(names.map(|name| (place.to_owned(), name.to_owned())));
    };
    for (package, file, opening) in TRAITS {
        add(opening, methods(&read(package, file), opening));
    }
    for (package, file) in FUNCTIONS {
        add(file, functions(&read(package, file)));
    }
    surface
}

#[test]
fn every_method_of_diesels_surface_is_in_the_table() {
    let document = document();
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let named: BTreeSet<&str> = spans(&document).flat_map(|span| span.split(move |c| !word(c))).collect();
    let mut missing = surface();
    missing.retain(|(_, name)| !named.contains(name.as_str()));
    assert!(missing.is_empty(), "docs/guarantee.md names none of: {missing:#?}");
}

/// By name alone: of two methods that are called the same, one call is enough for this test.
#[test]
fn every_method_of_diesels_surface_is_called_by_a_test_or_a_program() {
    let files = ["tests", "ui", "wide/tests"].into_iter().flat_map(sources);
    let called: BTreeSet<String> =
        files.flat_map(|file| called(&fs::read_to_string(file).unwrap())).collect();
    // Diesel makes ten functions of one that takes any number of arguments: `json_array_1`.
    let is_called =
        |name: &str| called.contains(name) || (0..10).any(|n| called.contains(&format!("{name}_{n}")));
    let mut missing = surface();
    missing.retain(|(_, name)| !is_called(name) && !BEHIND_COPY.contains(&name.as_str()));
    assert!(missing.is_empty(), "nothing calls: {missing:#?}");
}
