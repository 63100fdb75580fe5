//! Threat 25, and the verbs: they are in the log before they are done, or not done.

use serde_json::json;
use tenancy::audit::{Actor, AuditEntry, AuditError, AuditLog, MemoryAudit, OnFailure, acting_as};
use tenancy::sqlite::{SqlAudit, Tenancy};
use tenancy::store::StoreError;
use tenancy::tenant::{TenantId, TenantStatus};
use tenancy::{Isolation, NewTenant, TenancyError, across_tenants};
use tenancy_tests::world::{postgres, sqlite};

use super::Broken;

async fn application(directory: &tempfile::TempDir, log: AuditLog) -> Tenancy {
    let tenancy = sqlite::builder(directory, Isolation::Column).audit(log).build().await.unwrap();
    tenancy.migrate_tenants().await.unwrap();
    tenancy
}

fn acme() -> TenantId {
    TenantId::try_from("t1").unwrap()
}

fn new() -> NewTenant {
    NewTenant::new("acme").unwrap().id(acme())
}

fn short(entry: &AuditEntry) -> (&str, &str, &str) {
    (entry.chain().as_str(), entry.action(), entry.details()["outcome"].as_str().unwrap_or_default())
}

#[tokio::test]
async fn the_verbs_of_a_life_are_written() {
    let (directory, memory) = (tempfile::tempdir().unwrap(), MemoryAudit::new());
    let tenancy = application(&directory, AuditLog::to(memory.clone())).await;
    let life = async {
        tenancy.register_tenant(new()).await?;
        tenancy.suspend_tenant(&acme()).await?;
        tenancy.activate_tenant(&acme()).await?;
        tenancy.delete_tenant(&acme()).await?;
        tenancy.destroy_tenant(&acme()).await?;
        Ok::<_, TenancyError>(())
    };
    acting_as(Actor::user("ops-7"), life).await.unwrap();
    let refused = tenancy.activate_tenant(&acme()).await.unwrap_err();

    let entries = memory.entries();
    let verbs = ["register", "suspend", "activate", "delete", "destroy"].map(|verb| format!("tenant.{verb}"));
    let mut expected: Vec<_> =
        verbs.iter().flat_map(|verb| ["begun", "done"].map(|outcome| ("t1", &**verb, outcome))).collect();
    expected.extend([("t1", "tenant.activate", "begun"), ("t1", "tenant.activate", "failed")]);
    assert_eq!(entries.iter().map(short).collect::<Vec<_>>(), expected);
    assert!(entries.iter().all(|entry| entry.resource() == Some(("tenant", "t1"))));
    // Also in the tasks that the library starts for them.
    assert!(entries[..10].iter().all(|entry| entry.actor().id() == Some("ops-7")));
    assert_eq!((entries[10].actor().id(), entries[10].actor().kind().as_str()), (None, "unknown"));
    assert_eq!(entries[0].details()["identifier"], json!("acme"));
    assert_eq!(entries[0].details()["isolation"], json!("column"));
    assert_eq!(entries[11].details()["error"], json!(refused.to_string()));
}

#[tokio::test]
async fn a_move_is_written() {
    let memory = MemoryAudit::new();
    let database = postgres::Database::new().await;
    let tenancy =
        database.builder(Isolation::Schema).audit(AuditLog::to(memory.clone())).build().await.unwrap();
    tenancy.register_tenant(new()).await.unwrap();
    // It is there already.
    tenancy.relocate(&acme(), Isolation::Schema).await.unwrap();
    let entries = memory.entries();
    assert_eq!(short(&entries[2]), ("t1", "tenant.relocate", "begun"));
    assert_eq!(short(&entries[3]), ("t1", "tenant.relocate", "done"));
    assert_eq!(entries[3].details()["isolation"], json!("schema"));
}

fn is_refused<T: std::fmt::Debug>(result: Result<T, TenancyError>, action: &str) {
    let error = result.unwrap_err();
    assert!(
        matches!(&error, TenancyError::Audit(AuditError::Refused { action: of, .. }) if of == action),
        "{error}"
    );
    assert!(error.to_string().contains("the disk is full"), "{error}");
}

#[tokio::test]
async fn what_cannot_be_written_is_not_done() {
    let directory = tempfile::tempdir().unwrap();
    application(&directory, AuditLog::to(MemoryAudit::new())).await.register_tenant(new()).await.unwrap();
    let tenancy = application(&directory, AuditLog::to(Broken)).await;
    is_refused(tenancy.suspend_tenant(&acme()).await, "tenant.suspend");
    is_refused(tenancy.activate_tenant(&acme()).await, "tenant.activate");
    is_refused(tenancy.delete_tenant(&acme()).await, "tenant.delete");
    is_refused(tenancy.destroy_tenant(&acme()).await, "tenant.destroy");
    is_refused(tenancy.relocate(&acme(), Isolation::Database).await, "tenant.relocate");
    assert_eq!(tenancy.store().get(&acme()).await.unwrap().status(), TenantStatus::Active);
    let globex = NewTenant::new("globex").unwrap().id("t2".parse().unwrap());
    is_refused(tenancy.register_tenant(globex).await, "tenant.register");
    let found = tenancy.store().get(&"t2".parse().unwrap()).await;
    assert!(matches!(found, Err(StoreError::NotFound { .. })));
    is_refused(across_tenants("a test", tenancy.db()).await.map(drop), "tenants.read_across");

    // Unless the application says that this matters less.
    let tenancy = application(&directory, AuditLog::to(Broken).on_failure(OnFailure::Continue)).await;
    tenancy.suspend_tenant(&acme()).await.unwrap();
    across_tenants("a test", tenancy.db()).await.unwrap();
}

#[tokio::test]
async fn reading_across_tenants_is_written_once_a_scope() {
    let (directory, memory) = (tempfile::tempdir().unwrap(), MemoryAudit::new());
    let tenancy = application(&directory, AuditLog::to(memory.clone())).await;
    across_tenants("nothing is read", async {}).await;
    assert!(memory.entries().is_empty());
    let report = across_tenants("the monthly bill", async {
        drop(tenancy.db().await.unwrap());
        drop(tenancy.db().await.unwrap());
        assert_eq!(memory.entries().len(), 1, "in the log when the first handle is there");
        across_tenants("a part of it", tenancy.db()).await.map(drop).unwrap();
        drop(tenancy.db().await.unwrap());
    });
    acting_as(Actor::system("billing"), report).await;
    let entries = memory.entries();
    let read = |entry: &AuditEntry| {
        assert_eq!((entry.chain().as_str(), entry.action()), ("-", "tenants.read_across"));
        (entry.details()["reason"].as_str().unwrap().to_owned(), entry.actor().id().unwrap().to_owned())
    };
    let expected =
        ["the monthly bill", "a part of it"].map(|reason| (reason.to_owned(), "billing".to_owned()));
    assert_eq!(entries.iter().map(read).collect::<Vec<_>>(), expected);

    // In the log of the application whose handle it is.
    let (other, elsewhere) = (tempfile::tempdir().unwrap(), MemoryAudit::new());
    let second = application(&other, AuditLog::to(elsewhere.clone())).await;
    across_tenants("both", async {
        drop(second.db().await.unwrap());
        drop(tenancy.db().await.unwrap());
    })
    .await;
    assert_eq!((memory.entries().len(), elsewhere.entries().len()), (3, 1));
}

/// An entry goes to the chain of the tenant in scope, if that is the log's application's.
#[tokio::test]
async fn entries_are_of_the_tenant_in_scope() {
    let (directory, memory) = (tempfile::tempdir().unwrap(), MemoryAudit::new());
    let tenancy = application(&directory, AuditLog::to(memory.clone())).await;
    let tenant = tenancy.register_tenant(new()).await.unwrap();
    let (other, elsewhere) = (tempfile::tempdir().unwrap(), MemoryAudit::new());
    let second = application(&other, AuditLog::to(elsewhere.clone())).await;
    tenancy
        .context(&tenant)
        .scope(async {
            tenancy.audit().record("in scope").write().await.unwrap();
            tenancy.audit().record("the application's").application().write().await.unwrap();
            second.audit().record("elsewhere").write().await.unwrap();
        })
        .await;
    tenancy.audit().record("outside").write().await.unwrap();
    let entries = memory.entries();
    let chains: Vec<_> = entries[2..].iter().map(|entry| (entry.action(), entry.chain().as_str())).collect();
    assert_eq!(chains, [("in scope", "t1"), ("the application's", "-"), ("outside", "-")]);
    assert_eq!(elsewhere.entries()[0].chain().as_str(), "-");
}

#[tokio::test]
async fn an_application_without_a_log_says_so() {
    let directory = tempfile::tempdir().unwrap();
    let tenancy = sqlite::builder(&directory, Isolation::Column).build().await.unwrap();
    tenancy.register_tenant(new()).await.unwrap();
    across_tenants("a test", tenancy.db()).await.unwrap();
    let error = tenancy.audit().record("order.deleted").write().await.unwrap_err();
    assert!(matches!(&error, AuditError::NoSink { action } if action == "order.deleted"), "{error}");
}

#[tokio::test]
async fn a_log_that_cannot_be_read_keeps_an_application_from_starting() {
    let (directory, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let file = elsewhere.path().join("no-table.db");
    let log = AuditLog::to(SqlAudit::new(file.display().to_string()));
    let error = sqlite::builder(&directory, Isolation::Column).audit(log).build().await.unwrap_err();
    assert!(matches!(error, TenancyError::Audit(AuditError::Database { .. })), "{error}");
    // Its own registry's migrations have made one here.
    let here = directory.path().join("application.db").display().to_string();
    let log = SqlAudit::new(here);
    let tenancy = application(&directory, AuditLog::to(log.clone())).await;
    tenancy.register_tenant(new()).await.unwrap();
    let report = log.verify_all(&[]).await.unwrap();
    assert!(report.is_clean() && report.entries() == 2, "{report}");
}
