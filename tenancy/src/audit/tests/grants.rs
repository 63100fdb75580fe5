//! A role that may write entries, and change none.

use diesel::result::Error;
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};

use super::fixture;
use super::*;
use crate::db::Postgres;

#[test]
fn a_role_with_two_rights_writes_and_changes_nothing() {
    let Ok(application) = std::env::var("TENANCY_TEST_PG_APP_URL") else {
        eprintln!("skipped: TENANCY_TEST_PG_APP_URL is not set, run `cargo xtask test`");
        return;
    };
    let role = url::Url::parse(&application).unwrap().username().to_owned();
    fixture::postgres(async |place: fixture::Place| {
        place.execute(format!(
            "DO $$ BEGIN EXECUTE format('GRANT USAGE ON SCHEMA %I TO {role}', current_schema()); END $$;
             GRANT SELECT, INSERT ON tenancy_audit TO {role}"
        ));
        let options = place.url.split_once("options=").unwrap().1;
        let separator = if application.contains('?') { '&' } else { '?' };
        let url = format!("{application}{separator}options={options}");
        let audit = SqlAudit::<Postgres>::new(&url);
        audit.check().await.unwrap();
        filled(audit.clone(), &acme(), 600).await;
        AuditSink::write(&audit, &entry(&acme(), 601)).await.unwrap();
        let report = audit.verify_all(&[]).await.unwrap();
        assert!(report.is_clean() && report.entries() == 601, "{report}");

        let mut connection = AsyncPgConnection::establish(&url).await.unwrap();
        for sql in [
            "UPDATE tenancy_audit SET action = 'x'",
            "DELETE FROM tenancy_audit",
            "TRUNCATE tenancy_audit",
            "DROP TABLE tenancy_audit",
            "ALTER TABLE tenancy_audit DISABLE TRIGGER ALL",
            "SELECT * FROM tenancy_audit FOR UPDATE",
        ] {
            let refused = connection.batch_execute(sql).await.unwrap_err();
            let Error::DatabaseError(_, information) = refused else { panic!("{sql}: {refused}") };
            let message = information.message();
            assert!(message.contains("permission denied") || message.contains("must be owner"), "{message}");
        }
        assert_eq!(audit.verify_all(&[]).await.unwrap().entries(), 601);
    });
}
