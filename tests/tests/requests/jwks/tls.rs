//! Certificates: an issuer is believed if the system trusts who has certified it, and for its own name alone.

use std::net::{Ipv4Addr, SocketAddr};
use std::process::Command;
use std::sync::Arc;

use jsonwebtoken::jwk::JwkSet;
use tenancy::resolve::Jwks;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::issuer::{Key, outcome, resolver};

const CERTIFICATE: &[u8] = include_bytes!("tls/localhost.pem");
const PRIVATE: &[u8] = include_bytes!("tls/localhost.key.pem");
const AUTHORITY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/requests/jwks/tls/authority.pem");

/// Answers over TLS, as `localhost`, and gives its port.
async fn start() -> u16 {
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from_pem_slice(CERTIFICATE).unwrap()],
            PrivateKeyDer::from_pem_slice(PRIVATE).unwrap(),
        )
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let body = serde_json::to_string(&JwkSet { keys: vec![Key::old().public()] }).unwrap();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            // A client that does not trust us goes away here.
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            let head =
                format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
            let _ = stream.write_all(format!("{head}{body}").as_bytes()).await;
            let _ = stream.shutdown().await;
        }
    });
    port
}

async fn outcome_at(url: String) -> String {
    outcome(&resolver(Jwks::from_url(url)), &Key::old().token()).await
}

#[tokio::test]
async fn an_authority_that_nobody_trusts_is_not_believed() {
    let port = start().await;
    assert_eq!(outcome_at(format!("https://localhost:{port}/")).await, "jwt-keys-unavailable");
}

/// What the system trusts is said by its environment, so the other half is a process with one of its own.
#[test]
fn an_authority_that_the_system_trusts_is_believed() {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "jwks::tls::where_the_authority_is_trusted", "--ignored"])
        .env("SSL_CERT_FILE", AUTHORITY)
        .env_remove("SSL_CERT_DIR")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

#[tokio::test]
#[ignore = "runs in a process that trusts the authority: the test above starts it"]
async fn where_the_authority_is_trusted() {
    let port = start().await;
    assert_eq!(outcome_at(format!("https://localhost:{port}/")).await, "acme");
    // The certificate is of another name.
    assert_eq!(outcome_at(format!("https://127.0.0.1:{port}/")).await, "jwt-keys-unavailable");
}
