//! How the driver gets a stream of ours.

use std::convert::Infallible;
use std::future::{Ready, ready};

use tokio::io::{AsyncRead, AsyncWrite};
use tokio_postgres::config::{Config, Host, SslMode, SslNegotiation};
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::{Client, Connection, Error, Socket};

use super::line::Line;
use super::stream::Wire;

/// Opens a connection whose requests can be told a tenant; `None` where the address does not allow it.
///
/// # Errors
///
/// The driver's.
pub(in super::super) async fn connect(
    config: &Config,
    line: &Line,
) -> Option<Result<(Client, Connection<Socket, Wire<Socket>>), Error>> {
    // The driver lets nothing between itself and a Unix socket, and without TLS it has to refuse who requires it.
    let is_named = |host: &Host| matches!(host, Host::Tcp(_));
    let hosts = config.get_hosts();
    if config.get_ssl_mode() == SslMode::Require || hosts.is_empty() || !hosts.iter().all(is_named) {
        return None;
    }
    // "TLS from the first byte on" is what makes the driver hand its stream over without having said anything.
    let mut config = config.clone();
    config.ssl_mode(SslMode::Require).ssl_negotiation(SslNegotiation::Direct);
    Some(config.connect(Between(line.clone())).await)
}

/// Puts a stream of ours where TLS would be.
#[derive(Clone)]
struct Between(Line);

impl<S: AsyncRead + AsyncWrite + Unpin> MakeTlsConnect<S> for Between {
    type Stream = Wire<S>;
    type TlsConnect = Self;
    type Error = Infallible;

    fn make_tls_connect(&mut self, _: &str) -> Result<Self, Infallible> {
        Ok(self.clone())
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> TlsConnect<S> for Between {
    type Stream = Wire<S>;
    type Error = Infallible;
    type Future = Ready<Result<Wire<S>, Infallible>>;

    fn connect(self, stream: S) -> Self::Future {
        ready(Ok(Wire::new(stream, self.0)))
    }
}
