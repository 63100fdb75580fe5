//! The keys of an issuer: `http` against a real server that is rotated, slowed and stopped, `time` with a clock that
//! is moved by hand, `tls` with certificates.

mod http;
mod issuer;
mod time;
mod tls;
