//! Each kind of tampering by itself.

use super::fixture::Place;
use super::*;

/// A chain, the first and the last number, and what is wrong.
type Finding = (&'static str, i64, i64, AuditProblem);

/// The columns that are no part of the key, and another value for each.
pub(super) fn edits(place: &Place) -> Vec<(&'static str, String)> {
    let bytes = (place.bytes)(&[7; 32]);
    vec![
        ("at", place.time.to_owned()),
        ("actor_kind", "'system'".to_owned()),
        ("actor_id", "'8'".to_owned()),
        ("actor_name", "NULL".to_owned()),
        ("action", "'order.created'".to_owned()),
        ("resource_kind", "'orders'".to_owned()),
        ("resource_id", "'1 '".to_owned()),
        ("details", "'{}'".to_owned()),
        ("ip", "'192.0.2.2'".to_owned()),
        ("user_agent", "''".to_owned()),
        ("request_id", "NULL".to_owned()),
        ("previous", bytes),
    ]
}

/// A chain of ten entries for each, with one thing done to it.
pub(super) async fn each_kind_is_found_where_it_is<B: AuditBackend>(place: Place) {
    use AuditProblem::*;

    let audit = filled(SqlAudit::<B>::new(&place.url), &acme(), 10).await;
    filled(audit.clone(), &globex(), 3).await;
    place.execute("CREATE TABLE good AS SELECT * FROM tenancy_audit");
    let entry = |number: i64| format!("tenant = 'acme' AND seq = {number}");
    let bytes = (place.bytes)(&[7; 32]);
    let mut cases: Vec<(String, Vec<Finding>)> = edits(&place)
        .into_iter()
        .map(|(column, value)| {
            (
                format!("UPDATE tenancy_audit SET {column} = {value} WHERE {}", entry(4)),
                vec![("acme", 4, 4, Altered)],
            )
        })
        .collect();
    let mut case = |sql: String, found: Vec<Finding>| cases.push((sql, found));
    for (scheme, problem) in [("1:other", OtherKey), ("2", Unreadable), ("", Unreadable), ("1:", OtherKey)] {
        case(
            format!("UPDATE tenancy_audit SET scheme = '{scheme}' WHERE {}", entry(4)),
            vec![("acme", 4, 4, problem)],
        );
    }
    let set_hash = |number| format!("UPDATE tenancy_audit SET hash = {bytes} WHERE {}", entry(number));
    case(set_hash(4), vec![("acme", 4, 4, HashAltered)]);
    case(set_hash(10), vec![("acme", 10, 10, Altered)]);
    case(format!("{};{}", set_hash(4), set_hash(5)), vec![("acme", 4, 5, HashAltered)]);
    let delete = |number| format!("DELETE FROM tenancy_audit WHERE {}", entry(number));
    case(delete(1), vec![("acme", 1, 1, Missing)]);
    case(delete(4), vec![("acme", 4, 4, Missing)]);
    case(format!("{};{}", delete(4), delete(5)), vec![("acme", 4, 5, Missing)]);
    let number = |from, to| format!("UPDATE tenancy_audit SET seq = {to} WHERE {};", entry(from));
    case(number(4, 99) + &number(5, 4) + &number(99, 5), vec![("acme", 4, 5, Altered)]);
    case(
        number(2, 99) + &number(9, 2) + &number(99, 9),
        vec![("acme", 2, 2, Altered), ("acme", 9, 9, Altered)],
    );
    // The gap is closed by those behind it.
    let closed = delete(8) + ";" + &number(9, 8) + &number(10, 9);
    case(closed, vec![("acme", 8, 9, Altered)]);
    let moved = format!("UPDATE tenancy_audit SET tenant = 'globex', seq = 4 WHERE {}", entry(6));
    case(moved, vec![("acme", 6, 6, Missing), ("globex", 4, 4, Altered)]);
    // A copy of another entry, at the end and among the others.
    let columns = "at, actor_kind, actor_id, actor_name, action, resource_kind, resource_id, details, ip, user_agent, \
                   request_id, scheme, previous, hash";
    let copy = format!("INSERT INTO tenancy_audit SELECT tenant, 11, {columns} FROM good WHERE {}", entry(4));
    case(copy, vec![("acme", 11, 11, Altered)]);
    let copy = format!("INSERT INTO tenancy_audit SELECT tenant, 4, {columns} FROM good WHERE {}", entry(7));
    case(format!("{};{copy}", delete(4)), vec![("acme", 4, 4, Altered)]);
    let copy =
        format!("INSERT INTO tenancy_audit SELECT 'initech', seq, {columns} FROM good WHERE {}", entry(1));
    case(copy, vec![("initech", 1, 1, Altered)]);

    for (sql, expected) in cases {
        place.execute(&*sql);
        let report = audit.verify_all(&[]).await.unwrap();
        let expected: Vec<_> = expected
            .into_iter()
            .map(|(chain, first, last, problem)| (chain.to_owned(), first, last, problem))
            .collect();
        assert_eq!(found(&report), expected, "{sql}");
        place.execute("DELETE FROM tenancy_audit; INSERT INTO tenancy_audit SELECT * FROM good");
        let report = audit.verify_all(&[]).await.unwrap();
        assert!(report.is_clean(), "{sql}: {report}");
    }
}
