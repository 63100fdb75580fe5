//! A proxy before Redis that can be told to pass things on, to go silent, or to hang up.

use std::sync::Arc;

use tenancy_tests::servers;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Everything goes through.
    Open,
    /// Connections are taken and stay; nothing is passed on.
    Silent,
    /// Connections are closed, those that are there too.
    Closed,
}

pub(super) struct Gate {
    url: String,
    mode: Arc<watch::Sender<Mode>>,
}

impl Gate {
    pub(super) async fn new(mode: Mode) -> Self {
        let mut url = url::Url::parse(&servers::redis()).unwrap();
        let server = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap_or(6379));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        url.set_host(Some("127.0.0.1")).unwrap();
        url.set_port(Some(listener.local_addr().unwrap().port())).unwrap();
        let mode = Arc::new(watch::Sender::new(mode));
        let modes = Arc::clone(&mode);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(relay(client, server.clone(), modes.subscribe()));
            }
        });
        Self { url: url.into(), mode }
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    pub(super) fn set(&self, mode: Mode) {
        self.mode.send_replace(mode);
    }
}

/// A connection that has once met silence never speaks again, as one whose other end is gone.
async fn relay(mut client: TcpStream, server: String, mut modes: watch::Receiver<Mode>) {
    let mode = *modes.borrow_and_update();
    if mode == Mode::Open {
        let mut server = TcpStream::connect(server).await.unwrap();
        tokio::select! {
            _ = copy_bidirectional(&mut client, &mut server) => return,
            _ = modes.changed() => {}
        }
    }
    while *modes.borrow_and_update() != Mode::Closed {
        if modes.changed().await.is_err() {
            return;
        }
    }
}
