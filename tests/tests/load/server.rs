//! The application behind a real socket.

use std::net::SocketAddr;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpServer, web};
use tenancy::postgres::Tenancy;

use super::app::{self, Dropped};

/// A server on a free port of the loopback interface.
pub(crate) struct Server {
    address: SocketAddr,
    handle: ServerHandle,
    dropped: Dropped,
}

impl Server {
    pub(crate) fn start(tenancy: &Tenancy) -> Self {
        let (tenancy, dropped) = (tenancy.clone(), Dropped::default());
        let shared = web::Data::new(dropped.clone());
        let server = HttpServer::new(move || {
            App::new().app_data(shared.clone()).wrap(tenancy.middleware()).configure(app::routes)
        })
        .workers(2)
        .keep_alive(Duration::from_secs(75))
        // A client that is gone ends its handler, wherever that is: the harder case for the connections.
        .h1_allow_half_closed(false)
        .disable_signals()
        .bind(("127.0.0.1", 0))
        .unwrap();
        let address = server.addrs()[0];
        let server = server.run();
        let handle = server.handle();
        actix_web::rt::spawn(server);
        Self { address, handle, dropped }
    }

    pub(crate) fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Handlers that were dropped before they had answered.
    pub(crate) fn dropped(&self) -> usize {
        self.dropped.count()
    }

    pub(crate) async fn stop(self) {
        self.handle.stop(false).await;
    }
}
