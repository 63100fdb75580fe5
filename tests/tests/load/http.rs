//! One client's way to the server.

use std::time::Duration;

use awc::http::{Method, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A connector with its keep-alive connections; copies share them.
#[derive(Clone)]
pub(crate) struct Http {
    client: awc::Client,
    base: String,
}

/// What the server has answered, or why it has not.
pub(crate) struct Answer {
    pub(crate) request: String,
    pub(crate) result: Result<(StatusCode, Vec<u8>), String>,
}

impl Http {
    /// `clients` is how many requests are under way at a time.
    pub(crate) fn new(base: String, clients: usize) -> Self {
        let connector = awc::Connector::new().limit(clients);
        // Longer than a request waits for a connection of the pool: that error is the server's to tell.
        let client = awc::Client::builder().connector(connector).timeout(Duration::from_secs(90)).finish();
        Self { client, base }
    }

    pub(crate) async fn get(&self, tenant: &str, path: &str) -> Answer {
        self.send(tenant, Method::GET, path, None::<&()>).await
    }

    pub(crate) async fn delete(&self, tenant: &str, path: &str) -> Answer {
        self.send(tenant, Method::DELETE, path, None::<&()>).await
    }

    pub(crate) async fn post(&self, tenant: &str, path: &str) -> Answer {
        self.send(tenant, Method::POST, path, None::<&()>).await
    }

    pub(crate) async fn post_json(&self, tenant: &str, path: &str, body: &impl Serialize) -> Answer {
        self.send(tenant, Method::POST, path, Some(body)).await
    }

    async fn send(&self, tenant: &str, method: Method, path: &str, body: Option<&impl Serialize>) -> Answer {
        let request = format!("{method} {path} of {tenant}");
        let url = format!("{}{path}", self.base);
        let call = self.client.request(method, url).insert_header(("X-Tenant-ID", tenant));
        let sent = match body {
            Some(body) => call.send_json(body).await,
            None => call.send().await,
        };
        let result = match sent {
            Ok(mut response) => match response.body().await {
                Ok(body) => Ok((response.status(), body.to_vec())),
                Err(error) => Err(error.to_string()),
            },
            Err(error) => Err(error.to_string()),
        };
        Answer { request, result }
    }
}

impl Answer {
    pub(crate) fn has_status(&self, expected: StatusCode) -> bool {
        matches!(&self.result, Ok((status, _)) if *status == expected)
    }

    /// The body of a success.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, String> {
        match &self.result {
            Ok((StatusCode::OK, body)) => {
                serde_json::from_slice(body).map_err(|error| format!("{}: {error}", self.request))
            }
            _ => Err(self.unexpected()),
        }
    }

    /// `Ok` if the status is this one.
    pub(crate) fn expect(&self, expected: StatusCode) -> Result<(), String> {
        if self.has_status(expected) { Ok(()) } else { Err(self.unexpected()) }
    }

    fn unexpected(&self) -> String {
        match &self.result {
            Ok((status, body)) => {
                format!("{}: answered {status}: {}", self.request, String::from_utf8_lossy(body))
            }
            Err(error) => format!("{}: not answered: {error}", self.request),
        }
    }
}
