//! What a resolver sees of a request.

use std::fmt;
use std::net::IpAddr;

use super::refusal::Refusal;

/// The headers of a request.
pub trait Headers {
    /// The values of the header `name`, in any case, one for each line of it.
    fn values<'a>(&'a self, name: &str) -> Vec<&'a [u8]>;
}

/// Headers in a list, their names in any case: for tests, and for requests that come from no server.
impl<N: AsRef<str>, V: AsRef<[u8]>> Headers for Vec<(N, V)> {
    fn values<'a>(&'a self, name: &str) -> Vec<&'a [u8]> {
        let lines = self.iter().filter(|(line, _)| line.as_ref().eq_ignore_ascii_case(name));
        lines.map(|(_, value)| value.as_ref()).collect()
    }
}

/// A request without its body.
#[derive(Clone, Copy)]
pub struct RequestHead<'a> {
    headers: &'a dyn Headers,
    method: &'a str,
    authority: Option<&'a str>,
    path: &'a str,
    query: &'a str,
    is_tls: bool,
    peer: Option<IpAddr>,
    scope: &'a str,
}

impl<'a> RequestHead<'a> {
    /// A `GET` of this path, without a query, from nobody known, over plain HTTP.
    pub fn new(headers: &'a dyn Headers, path: &'a str) -> Self {
        Self {
            headers,
            method: "GET",
            authority: None,
            path,
            query: "",
            is_tls: false,
            peer: None,
            scope: "",
        }
    }

    /// With this method.
    #[must_use]
    pub fn with_method(self, method: &'a str) -> Self {
        Self { method, ..self }
    }

    /// With a host in the request's target: HTTP/2 has it there, HTTP/1.1 where the target is a whole URL.
    #[must_use]
    pub fn with_authority(self, authority: Option<&'a str>) -> Self {
        Self { authority, ..self }
    }

    /// With this query string, not decoded, without the question mark.
    #[must_use]
    pub fn with_query(self, query: &'a str) -> Self {
        Self { query, ..self }
    }

    /// Over TLS, as far as the server knows.
    #[must_use]
    pub fn with_tls(self, is_tls: bool) -> Self {
        Self { is_tls, ..self }
    }

    /// From the address at the other end of the connection: the proxy, if there is one.
    #[must_use]
    pub fn with_peer(self, peer: Option<IpAddr>) -> Self {
        Self { peer, ..self }
    }

    /// On its way to routes below this path, which is no part of [`path`](Self::path): that of the scope whose resolver is
    /// asked. Links begin with it.
    #[must_use]
    pub fn with_scope(self, scope: &'a str) -> Self {
        Self { scope, ..self }
    }

    /// The values of a header, one for each line of it.
    pub fn header(&self, name: &str) -> Vec<&'a [u8]> {
        self.headers.values(name)
    }

    /// The value of a header that may have one line at most, without the spaces and tabs around it, which are no part
    /// of a value (RFC 9110, 5.5).
    ///
    /// # Errors
    /// `repeated` where there are more, also when they agree: two proxies, or an attacker and a proxy, may each have
    /// written one.
    pub fn single_header(&self, name: &str, repeated: Refusal) -> Result<Option<&'a [u8]>, Refusal> {
        match self.header(name).as_slice() {
            [] => Ok(None),
            [value] => Ok(Some(without_spaces(value))),
            _ => Err(repeated),
        }
    }

    /// The method.
    pub fn method(&self) -> &'a str {
        self.method
    }

    /// The host in the request's target, with its port, if there is one.
    pub fn authority(&self) -> Option<&'a str> {
        self.authority
    }

    /// The path, not decoded.
    pub fn path(&self) -> &'a str {
        self.path
    }

    /// The query string, not decoded, without the question mark.
    pub fn query(&self) -> &'a str {
        self.query
    }

    /// Whether the request came over TLS, as far as the server knows.
    pub fn is_tls(&self) -> bool {
        self.is_tls
    }

    /// The path of the scope whose resolver is asked; empty around an application.
    pub fn scope(&self) -> &'a str {
        self.scope
    }

    /// The address at the other end of the connection.
    pub fn peer(&self) -> Option<IpAddr> {
        self.peer
    }
}

/// Without the spaces and tabs at its ends.
pub(super) fn without_spaces(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}

// Headers hold credentials, and a query may.
impl fmt::Debug for RequestHead<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestHead")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("peer", &self.peer)
            .finish_non_exhaustive()
    }
}
