//! A JWKS document over HTTP.

use std::error::Error;
use std::fmt;

use async_trait::async_trait;
use reqwest::header::ACCEPT;
use reqwest::{Client, Response, StatusCode, redirect, retry};
use url::{Host, Url};

use super::super::document::LONGEST_DOCUMENT;
use super::source::{JwksError, JwksSource};

/// Fetches one URL of the configuration.
pub(super) struct HttpSource {
    client: Client,
    url: Url,
}

impl HttpSource {
    /// # Errors
    /// What is wrong with the URL, or with the system's certificates.
    pub(super) fn new(url: &str, allow_plain: bool) -> Result<Self, String> {
        let url = Url::parse(url).map_err(|error| format!("the URL of the JWKS is none: {error}"))?;
        let is_here = is_loopback(&url);
        match url.scheme() {
            "https" => {}
            "http" if is_here || allow_plain => {}
            "http" => {
                return Err(
                    "the URL of the JWKS is not `https`, so that anybody on the way could put in keys: \
                            change it, or call `allow_plain_http()`"
                        .to_owned(),
                );
            }
            _ => return Err("the URL of the JWKS is not `https`".to_owned()),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("the URL of the JWKS has a user or a password in it: a JWKS is public".to_owned());
        }
        // No connection is kept: it would belong to the thread that made it, and minutes pass to the next fetch.
        let mut client = Client::builder()
            .tls_backend_rustls()
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .pool_max_idle_per_host(0)
            .user_agent(concat!("tenancy/", env!("CARGO_PKG_VERSION")));
        if url.scheme() == "http" {
            // No certificate is asked for, so none is read.
            client = client.tls_certs_only([]);
        } else {
            client = client.https_only(true);
        }
        if is_here {
            client = client.no_proxy();
        }
        let client = client
            .build()
            .map_err(|error| format!("there can be no HTTPS client for the JWKS: {}", chain(&error)))?;
        Ok(Self { client, url })
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

// The query may hold a key of the application's.
impl fmt::Debug for HttpSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("HttpSource").field(&self.url.host_str().unwrap_or_default()).finish()
    }
}

#[async_trait]
impl JwksSource for HttpSource {
    async fn fetch(&self) -> Result<Vec<u8>, JwksError> {
        let request =
            self.client.get(self.url.clone()).header(ACCEPT, "application/jwk-set+json, application/json");
        let response = request.send().await.map_err(failed)?;
        if response.status() != StatusCode::OK {
            return Err(JwksError::new(format!(
                "the issuer answers with status {}",
                response.status().as_u16()
            )));
        }
        bounded(response).await
    }
}

/// The body, as far as it is not too long.
async fn bounded(mut response: Response) -> Result<Vec<u8>, JwksError> {
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(failed)? {
        if body.len() + piece.len() > LONGEST_DOCUMENT {
            return Err(JwksError::new(format!(
                "the issuer's answer is longer than {LONGEST_DOCUMENT} bytes"
            )));
        }
        body.extend_from_slice(&piece);
    }
    Ok(body)
}

fn failed(error: reqwest::Error) -> JwksError {
    JwksError::new(chain(&error.without_url()))
}

/// reqwest says what failed, and only its sources say why.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
