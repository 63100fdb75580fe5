//! A proxy before PostgreSQL that counts round trips, and can let a BEGIN fail.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// How far away the server is. What is sent in one go arrives well within it.
const AWAY: Duration = Duration::from_millis(4);

/// A round trip is something sent while the client had nothing left to hear. What is sent behind it, before its
/// answer, is no other.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    trips: Arc<AtomicUsize>,
    spoils_begin: Arc<AtomicBool>,
}

impl Proxy {
    /// Before the server of this address. Its threads end with the connections, and the last with the test.
    pub fn new(url: &str) -> Self {
        let url = url::Url::parse(url).unwrap();
        let server = (url.host_str().unwrap().to_owned(), url.port().unwrap_or(5432));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let trips = Arc::new(AtomicUsize::new(0));
        let spoils_begin = Arc::new(AtomicBool::new(false));
        let (counter, spoils) = (Arc::clone(&trips), Arc::clone(&spoils_begin));
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let server = TcpStream::connect((server.0.as_str(), server.1)).unwrap();
                relay(client, server, &counter, &spoils);
            }
        });
        Self { address, trips, spoils_begin }
    }

    /// The same database through the proxy.
    pub fn before(&self, url: &str) -> String {
        let mut url = url::Url::parse(url).unwrap();
        url.set_ip_host(self.address.ip()).unwrap();
        url.set_port(Some(self.address.port())).unwrap();
        url.into()
    }

    /// Runs `work`, and counts the round trips meanwhile.
    pub async fn count<R>(&self, work: impl Future<Output = R>) -> (usize, R) {
        let before = self.trips.load(Ordering::SeqCst);
        let result = work.await;
        (self.trips.load(Ordering::SeqCst) - before, result)
    }

    /// Runs `work` with a server that answers each BEGIN with an error and goes on, as one does that is told to cancel
    /// what it is at.
    pub async fn without_begin<R>(&self, work: impl Future<Output = R>) -> R {
        self.spoils_begin.store(true, Ordering::SeqCst);
        let result = work.await;
        self.spoils_begin.store(false, Ordering::SeqCst);
        result
    }
}

/// What one connection's client waits for.
#[derive(Default)]
struct Waiting {
    /// Whether it is past its authentication.
    is_ready: bool,
    /// Of what was sent and has not been answered, whether somebody waits for it. Nobody does when a statement is
    /// closed.
    asked: VecDeque<bool>,
}

fn relay(client: TcpStream, server: TcpStream, trips: &Arc<AtomicUsize>, spoils_begin: &Arc<AtomicBool>) {
    client.set_nodelay(true).unwrap();
    server.set_nodelay(true).unwrap();
    let waiting = Arc::new(Mutex::new(Waiting::default()));
    let (trips, asked) = (Arc::clone(trips), Arc::clone(&waiting));
    let spoils_begin = Arc::clone(spoils_begin);
    let (mut frames, mut closes_only) = (Frames::of_client(), true);
    pipe(client.try_clone().unwrap(), server.try_clone().unwrap(), Duration::ZERO, move |bytes| {
        let mut waiting = asked.lock().unwrap_or_else(PoisonError::into_inner);
        frames.read(bytes, |kind| match kind {
            b'S' | b'Q' if waiting.is_ready => {
                let is_waited_for = kind == b'Q' || !closes_only;
                if is_waited_for && !waiting.asked.contains(&true) {
                    trips.fetch_add(1, Ordering::SeqCst);
                }
                waiting.asked.push_back(is_waited_for);
                closes_only = true;
            }
            b'C' => {}
            _ => closes_only = false,
        });
        if spoils_begin.load(Ordering::SeqCst) {
            spoil(bytes);
        }
    });
    let mut frames = Frames::default();
    pipe(server, client, AWAY, move |bytes| {
        let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
        frames.read(bytes, |kind| {
            if kind == b'Z' {
                waiting.is_ready = true;
                waiting.asked.pop_front();
            }
        });
    });
}

fn pipe(
    mut from: TcpStream,
    mut to: TcpStream,
    away: Duration,
    mut see: impl FnMut(&mut [u8]) + Send + 'static,
) {
    thread::spawn(move || {
        let mut bytes = [0; 64 * 1024];
        while let Ok(length @ 1..) = from.read(&mut bytes) {
            thread::sleep(away);
            see(&mut bytes[..length]);
            if to.write_all(&bytes[..length]).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Both);
        let _ = from.shutdown(Shutdown::Both);
    });
}

/// Makes every BEGIN something that is no SQL.
fn spoil(bytes: &mut [u8]) {
    for (begin, spoilt) in [(b"BEGIN\0", b"BEGUN\0"), (b"BEGIN;", b"BEGUN;")] {
        while let Some(place) = bytes.windows(begin.len()).position(|found| found == begin) {
            bytes[place..place + spoilt.len()].copy_from_slice(spoilt);
        }
    }
}

/// The messages in a stream of bytes: a letter, a length that counts itself, and the rest.
#[derive(Default)]
struct Frames {
    /// A client's first message has no letter.
    is_startup: bool,
    bytes: Vec<u8>,
}

impl Frames {
    fn of_client() -> Self {
        Self { is_startup: true, bytes: Vec::new() }
    }

    fn read(&mut self, bytes: &[u8], mut each: impl FnMut(u8)) {
        self.bytes.extend_from_slice(bytes);
        loop {
            let letter = usize::from(!self.is_startup);
            let Some(length) = self.bytes.get(letter..letter + 4) else { return };
            let length = u32::from_be_bytes(length.try_into().unwrap());
            let end = letter + usize::try_from(length).unwrap();
            if self.bytes.len() < end {
                return;
            }
            if !self.is_startup {
                each(self.bytes[0]);
            }
            self.is_startup = false;
            self.bytes.drain(..end);
        }
    }
}
