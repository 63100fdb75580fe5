//! What is left on the server's connections behind the pooler.

use tokio_postgres::{Client, NoTls, SimpleQueryMessage};

/// How many connections of the server's the pooler shares among the clients of one database.
pub const SHARED: usize = 2;

/// A connection of the server's as a transaction leaves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// Its process.
    pub pid: String,
    /// The tenant that is set.
    pub tenant: String,
    /// Where names are looked for.
    pub search_path: String,
    /// What is prepared there.
    pub prepared: String,
    /// Other settings that somebody has changed for the session, but for those that the pooler looks after.
    pub changed: String,
}

const CHANGED: &str = "SELECT coalesce(string_agg(name || '=' || setting, ', '), '') FROM pg_settings
    WHERE source = 'session' AND setting IS DISTINCT FROM reset_val AND name NOT LIKE 'tenancy.%' AND name NOT IN
    ('application_name', 'client_encoding', 'DateStyle', 'TimeZone', 'standard_conforming_strings', 'search_path')";

impl Left {
    /// Whether the next client finds nothing of the last one's.
    pub fn is_clean(&self) -> bool {
        self.tenant.is_empty()
            && self.search_path == "\"$user\", public"
            && self.prepared == "0"
            && self.changed.is_empty()
    }
}

/// A client of the pooler that sends nothing but SQL text.
#[derive(Debug)]
pub struct Beside(Client);

impl Beside {
    /// Connects through the pooler.
    pub async fn new(url: &str) -> Self {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
        tokio::spawn(connection);
        Self(client)
    }

    /// Runs SQL text.
    pub async fn run(&self, sql: &str) {
        self.0.simple_query(sql).await.unwrap();
    }

    /// Prepares a statement by the name that the driver gives it, outside a transaction, and leaves it there.
    pub async fn leave_prepared(&self) {
        std::mem::forget(self.0.prepare("SELECT 'left'").await.unwrap());
    }

    /// Looks at one connection of the server's, as a part of what `before` begins.
    pub async fn look(&self, before: &str) -> Left {
        let sql = format!(
            "{before} SELECT pg_backend_pid(), coalesce(current_setting('tenancy.tenant_id', true), ''),
                current_setting('search_path'), (SELECT count(*) FROM pg_prepared_statements), ({CHANGED})"
        );
        let messages = self.0.simple_query(&sql).await.unwrap();
        let row = messages.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some(row),
            _ => None,
        });
        let row = row.unwrap();
        let [pid, tenant, search_path, prepared, changed] =
            [0, 1, 2, 3, 4].map(|column| row.get(column).unwrap().to_owned());
        Left { pid, tenant, search_path, prepared, changed }
    }
}

/// Every connection of the server's, held at the same time. Waits for transactions that are open.
pub async fn left(url: &str) -> Vec<Left> {
    let mut clients = Vec::new();
    let mut left = Vec::new();
    for _ in 0..SHARED {
        let client = Beside::new(url).await;
        left.push(client.look("BEGIN;").await);
        clients.push(client);
    }
    for client in clients {
        client.run("ROLLBACK").await;
    }
    assert_ne!(left[0].pid, left[1].pid);
    left
}
