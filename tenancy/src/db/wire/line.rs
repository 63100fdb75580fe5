//! The setting that a connection's next statements run under.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::{BufMut, BytesMut};
use postgres_protocol::IsNull;
use postgres_protocol::message::frontend;

/// What a connection has prepared to set a setting with, from its first on. Nothing else closes it: SQL text that does,
/// `DEALLOCATE ALL`, makes the statements behind it fail.
const STATEMENT: &str = "tenancy_set_config";
const SQL: &str = "SELECT pg_catalog.set_config($1, $2, true)";
/// `text`.
const TYPE: u32 = 25;

/// Says to a connection's stream what stands in front of each statement. Clones are of the same connection.
#[derive(Debug, Clone, Default)]
pub(in super::super) struct Line(Arc<Mutex<BytesMut>>);

impl Line {
    /// From now on each request begins with this setting, to the end of its transaction.
    ///
    /// # Errors
    ///
    /// If a name or value has a byte that the protocol cannot carry.
    pub(in super::super) fn tell(&self, name: &str, value: &str) -> io::Result<()> {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        told.clear();
        let values = [name, value];
        let bound = frontend::bind(
            "",
            STATEMENT,
            [],
            values,
            |value, buffer| {
                buffer.put_slice(value.as_bytes());
                Ok(IsNull::No)
            },
            [],
            &mut told,
        );
        let written = match bound {
            Ok(()) => frontend::execute("", 0, &mut told),
            Err(frontend::BindError::Serialization(error)) => Err(error),
            Err(frontend::BindError::Conversion(error)) => Err(io::Error::other(error)),
        };
        if written.is_err() {
            told.clear();
        }
        written
    }

    /// From now on requests are sent as they are.
    pub(in super::super) fn tell_nothing(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Appends the setting, if there is one, and before it what prepares it, if that is to be.
    pub(super) fn push(&self, with_parse: bool, out: &mut BytesMut) -> io::Result<bool> {
        let told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if told.is_empty() {
            return Ok(false);
        }
        if with_parse {
            frontend::parse(STATEMENT, SQL, [TYPE, TYPE], out)?;
        }
        out.extend_from_slice(&told);
        Ok(true)
    }
}
