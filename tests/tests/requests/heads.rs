//! Threats 12 and 13: any bytes in a request. No resolver panics, and what one finds is an identifier, whatever came.

use std::collections::{BTreeMap, HashSet};

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use tenancy_tests::heads::random::Heads;
use tenancy_tests::heads::words::{self, PIECES, VALUES};
use tenancy_tests::heads::{Head, Outcome, SEPARATOR, drive, resolvers};

/// Bytes of all kinds, mostly of the pieces.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        8 => prop::sample::select(&PIECES[..]).prop_map(|piece| piece.as_bytes().to_vec()),
        1 => any::<u8>().prop_map(|byte| vec![byte]),
        1 => prop::collection::vec(any::<u8>(), 0..80),
    ];
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

/// A head in which the parts are where they are looked for.
fn whole() -> impl Strategy<Value = Vec<u8>> {
    let of = |pieces| prop::collection::vec(prop::sample::select(pieces), 0..6);
    let part = || {
        prop_oneof![
            2 => prop::sample::select(&VALUES[..]).prop_map(str::to_owned),
            1 => of(&VALUES[..]).prop_map(|values| values.join("&")),
            1 => of(&VALUES[..]).prop_map(|values| values.join("; ")),
            2 => of(&PIECES[..]).prop_map(|pieces| pieces.concat()),
        ]
    };
    let line = (0_u8..7, part()).prop_map(|(name, value)| [vec![name], value.into_bytes()].concat());
    let authority = prop_oneof![1 => Just(String::new()), 1 => part()];
    let head = (part(), part(), authority, any::<u8>(), prop::collection::vec(line, 0..4));
    head.prop_map(|(path, query, authority, connection, lines)| {
        let parts = [format!("/tenants/{path}").into_bytes(), query.into_bytes(), authority.into_bytes()];
        parts.into_iter().chain([vec![connection]]).chain(lines).collect::<Vec<_>>().join(&SEPARATOR)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn any_bytes_have_an_answer(bytes in prop_oneof![bytes(), whole()]) {
        let head = Head::from_bytes(&bytes);
        for resolver in resolvers() {
            drive(&*resolver, &head);
        }
    }
}

/// The property is worth what the requests are worth: they reach every answer.
#[test]
fn the_requests_reach_every_answer() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let strategy = prop_oneof![bytes(), whole()];
    let resolvers = resolvers();
    let mut outcomes: BTreeMap<String, HashSet<usize>> = BTreeMap::new();
    for _ in 0..20_000 {
        let head = Head::from_bytes(&strategy.new_tree(&mut runner).unwrap().current());
        for (index, resolver) in resolvers.iter().enumerate() {
            let name = match drive(&**resolver, &head) {
                Outcome::Refused(code) => code.to_owned(),
                other => format!("{other:?}"),
            };
            outcomes.entry(name).or_default().insert(index);
        }
    }
    let reached = outcomes.keys().map(String::as_str).collect::<Vec<_>>().join(" ");
    for outcome in [
        "Found",
        "Nothing",
        "conflict",
        "cookie-malformed",
        "cookie-repeated",
        "forwarded-list",
        "forwarded-malformed",
        "forwarded-repeated",
        "header-malformed",
        "header-repeated",
        "host-conflict",
        "host-malformed",
        "host-missing",
        "host-not-ascii",
        "host-port",
        "host-repeated",
        "host-userinfo",
        "path-backslash",
        "path-disguised",
        "path-dot-segment",
        "path-empty-segment",
        "path-malformed",
        "path-nul",
        "query-malformed",
        "query-repeated",
        "subdomain-malformed",
        "subdomain-too-deep",
    ] {
        assert!(outcomes.contains_key(outcome), "{outcome} is not in {reached}");
    }
    // All but the closure that finds nobody, and the token, which nobody has signed here.
    assert_eq!(outcomes["Found"].len(), resolvers.len() - 2);
}

/// So are those of the long run, which has the resolvers' own tables for words, and tokens.
#[test]
fn the_requests_of_the_long_run_reach_more() {
    let tables = words::of_the_tables().unwrap();
    assert!(tables.len() > 1000, "{} words", tables.len());
    let mut heads = Heads::new(1, &tables);
    let resolvers = resolvers();
    let mut codes = HashSet::new();
    for _ in 0..4_000 {
        let head = Head::from_bytes(&heads.make());
        for resolver in &resolvers {
            if let Outcome::Refused(code) = drive(&**resolver, &head) {
                codes.insert(code);
            }
        }
    }
    for code in
        ["jwt-audience", "jwt-claim-type", "jwt-expired", "jwt-not-before", "jwt-signature", "host-too-long"]
    {
        assert!(codes.contains(code), "{code} is not in {codes:?}");
    }
}
