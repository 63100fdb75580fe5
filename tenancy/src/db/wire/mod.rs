//! The tenant on the wire: the server is told it in front of each statement, in the same request.
//!
//! Without an open transaction a request of the extended protocol is one transaction, from its first message to its
//! end. A setting for one transaction that is sent as the first part of the request holds for the statement in it and
//! is gone when the request has been answered; there is no round trip, no BEGIN and no COMMIT, and nothing that could
//! overtake something else. No driver of PostgreSQL's offers to send that. So the stream of bytes under the driver does
//! it: it puts two messages in front of the driver's own and keeps the three that answer them.

mod connect;
mod dialogue;
mod frames;
mod line;
mod stream;

pub(super) use self::connect::connect;
pub(super) use self::line::Line;
