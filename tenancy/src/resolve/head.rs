//! What a resolver sees of a request.

use std::fmt;
use std::net::IpAddr;

/// The headers of a request.
pub trait Headers {
    /// The values of the header `name`, in any case, one for each line of it.
    fn values<'a>(&'a self, name: &str) -> Vec<&'a [u8]>;
}

/// A request without its body.
#[derive(Clone, Copy)]
pub struct RequestHead<'a> {
    headers: &'a dyn Headers,
    path: &'a str,
    query: &'a str,
    peer: Option<IpAddr>,
}

impl<'a> RequestHead<'a> {
    /// A head of these parts. `peer` is the address at the other end of the connection: the proxy, if there
    /// is one.
    pub fn new(headers: &'a dyn Headers, path: &'a str, query: &'a str, peer: Option<IpAddr>) -> Self {
        Self { headers, path, query, peer }
    }

    /// The values of a header, one for each line of it.
    pub fn header(&self, name: &str) -> Vec<&'a [u8]> {
        self.headers.values(name)
    }

    /// The path, not decoded.
    pub fn path(&self) -> &'a str {
        self.path
    }

    /// The query string, not decoded, without the question mark.
    pub fn query(&self) -> &'a str {
        self.query
    }

    /// The address at the other end of the connection.
    pub fn peer(&self) -> Option<IpAddr> {
        self.peer
    }
}

// Headers hold credentials, and a query may.
impl fmt::Debug for RequestHead<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestHead")
            .field("path", &self.path)
            .field("peer", &self.peer)
            .finish_non_exhaustive()
    }
}
