//! Expressions as PostgreSQL 15 writes them back.

use super::Problem::{self, *};
use super::{Key, judge};

fn of_text(expression: &str) -> Vec<Problem> {
    judge(expression, Key { column: "tenant_id", is_text: true })
}

fn of_uuid(expression: &str) -> Vec<Problem> {
    judge(expression, Key { column: "tenant_id", is_text: false })
}

#[test]
fn what_holds_is_understood() {
    for tight in [
        "(tenant_id = NULLIF(current_setting('tenancy.tenant_id'::text, true), ''::text))",
        "((tenant_id)::text = NULLIF(current_setting('tenancy.tenant_id'::text, true), ''::text))",
        "(tenant_id = ( SELECT NULLIF(current_setting('tenancy.tenant_id'::text, true), ''::text) AS \"nullif\"))",
        "(NULLIF(current_setting('Tenancy.Tenant_ID'::text, true), ''::text) = tenant_id)",
        "((tenant_id = NULLIF(current_setting('tenancy.tenant_id'::text, true), ''::text)) AND (NOT hidden))",
        "(tenant_id = NULLIF(COALESCE(current_setting('tenancy.tenant_id'::text, true), ''::text), ''::text))",
    ] {
        assert_eq!(of_text(tight), [], "{tight}");
    }
    let cast = "(tenant_id = (NULLIF(current_setting('tenancy.tenant_id'::text, true), ''::text))::uuid)";
    assert_eq!(of_uuid(cast), []);
}

#[test]
fn what_is_wider_is_too_wide() {
    let key = "(tenant_id = NULLIF(current_setting('tenancy.tenant_id'::text, true), ''::text))";
    for wide in [
        "true",
        "(tenant_id IS NOT NULL)",
        "(tenant_id = tenant_id)",
        "(tenant_id = 'acme'::text)",
        "(tenant_id = owner)",
        "(shared AND (id > 0))",
        &format!("({key} OR shared)"),
        &format!("((NOT hidden) AND ({key} OR shared))"),
    ] {
        assert_eq!(of_text(wide), [TooWide], "{wide}");
    }
}

#[test]
fn a_setting_that_is_not_there_opens_nothing() {
    let setting = "current_setting('tenancy.tenant_id'::text, true)";
    let key = format!("(tenant_id = NULLIF({setting}, ''::text))");
    assert_eq!(of_text(&format!("(({setting} IS NULL) OR {key})")), [MatchesUnset]);
    assert_eq!(of_text(&format!("(({setting} = ''::text) OR {key})")), [MatchesEmpty { all: true }]);
    assert_eq!(of_text(&format!("(tenant_id = COALESCE({setting}, 'acme'::text))")), [MatchesUnset]);
    assert_eq!(of_text(&format!("(tenant_id = COALESCE({setting}, tenant_id))")), [MatchesUnset]);
    assert_eq!(of_text(&format!("(tenant_id = {setting})")), [MatchesEmpty { all: false }]);
    assert_eq!(of_uuid(&format!("(tenant_id = ({setting})::uuid)")), [FailsEmpty]);
    let required = "(tenant_id = NULLIF(current_setting('tenancy.tenant_id'::text), ''::text))";
    assert_eq!(of_text(required), [FailsUnset]);
    let other = "(tenant_id = NULLIF(current_setting('app.tenant'::text, true), ''::text))";
    assert_eq!(of_text(other), [OtherSetting("app.tenant".to_owned())]);
}

#[test]
fn what_reading_does_not_tell_is_asked() {
    for unclear in [
        "(tenant_id = public.current_tenant())",
        "(tenant_id = public.current_setting('tenancy.tenant_id'::text, true))",
        "(NOT (tenant_id IS DISTINCT FROM current_setting('tenancy.tenant_id'::text, true)))",
        "(tenant_id = CURRENT_USER)",
        "(EXISTS ( SELECT 1 FROM members m WHERE (m.tenant_id = tenant_id)))",
        "(tenant_id ~~ current_setting('tenancy.tenant_id'::text, true))",
        "(lower(tenant_id) = NULLIF(current_setting('tenancy.tenant_id'::text, true), ''::text))",
    ] {
        assert_eq!(of_text(unclear), [NotUnderstood], "{unclear}");
    }
    let cast = "((tenant_id)::text = NULLIF(current_setting('tenancy.tenant_id'::text, true), ''::text))";
    assert_eq!(of_uuid(cast), [NotUnderstood]);
}
