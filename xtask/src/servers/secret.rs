//! Passwords and names nobody can guess.

use std::fs::File;
use std::io::Read;

use crate::error::{Result, Stop};

/// `bytes` random bytes from the system, as lower-case hexadecimal: safe in SQL, in a URL and in a path.
///
/// # Errors
/// When the system's random source cannot be read.
pub(super) fn random_hex(bytes: usize) -> Result<String> {
    let mut buffer = vec![0; bytes];
    File::open("/dev/urandom")
        .and_then(|mut source| source.read_exact(&mut buffer))
        .map_err(|error| Stop::because("could not read random bytes from the system", error))?;
    Ok(buffer.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn values_differ_and_need_no_quoting() {
        let (one, other) = (random_hex(16).unwrap(), random_hex(16).unwrap());
        assert_ne!(one, other);
        assert_eq!(one.len(), 32);
        assert!(one.bytes().all(|byte| byte.is_ascii_hexdigit()));
    }
}
