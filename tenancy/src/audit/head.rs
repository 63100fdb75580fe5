//! The newest entry of a chain, to be kept elsewhere.

use std::fmt;
use std::str::FromStr;

use super::chain::AuditChain;
use super::error::AuditError;
use super::hex;
use super::seal::Hash;
use crate::tenant::TenantId;

/// An entry's number and hash, which stand for the whole chain up to it. Kept where whoever can write to the log's
/// database cannot (another database, a bucket that cannot be overwritten, a printed page), it is an anchor: a chain that
/// was cut off before it, or rewritten with all its hashes, does not lead to it any more.
///
/// As text it is `tenant:number:hash`, the application's own chain being `-`.
#[derive(Clone, PartialEq, Eq)]
pub struct AuditHead {
    pub(super) chain: AuditChain,
    pub(super) seq: i64,
    pub(super) hash: Hash,
}

impl AuditHead {
    /// Whose chain it is of.
    pub fn chain(&self) -> &AuditChain {
        &self.chain
    }

    /// The entry's number. The first of a chain has number 1.
    pub fn number(&self) -> i64 {
        self.seq
    }

    /// The entry's hash.
    pub fn hash(&self) -> &[u8; 32] {
        &self.hash
    }
}

impl fmt::Display for AuditHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.chain.as_str(), self.seq, hex::encode(&self.hash))
    }
}

impl fmt::Debug for AuditHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AuditHead({self})")
    }
}

impl FromStr for AuditHead {
    type Err = AuditError;

    fn from_str(text: &str) -> Result<Self, AuditError> {
        let parts: Vec<&str> = text.trim().split(':').collect();
        let [chain, seq, hash] = parts[..] else { return Err(AuditError::Head) };
        let chain = match TenantId::try_from(chain) {
            Ok(id) => AuditChain::from(&id),
            Err(_) if chain == AuditChain::application().as_str() => AuditChain::application(),
            Err(_) => return Err(AuditError::Head),
        };
        let seq = seq.parse().ok().filter(|seq| *seq > 0).ok_or(AuditError::Head)?;
        let hash = hex::decode(hash).and_then(|bytes| Hash::try_from(bytes).ok()).ok_or(AuditError::Head)?;
        Ok(Self { chain, seq, hash })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn a_head_is_read_as_it_is_written() {
        for text in [format!("acme:17:{}", "ab".repeat(32)), format!("-:1:{}", "00".repeat(32))] {
            assert_eq!(text.parse::<AuditHead>().unwrap().to_string(), text);
        }
        let hash = "ab".repeat(32);
        for bad in [
            String::new(),
            "acme:1".to_owned(),
            format!("acme:0:{hash}"),
            format!("ACME:1:{hash}"),
            format!("acme:1:{hash}:"),
            format!("acme:1:{}", "ab".repeat(31)),
            format!("acme:-1:{hash}"),
        ] {
            assert!(matches!(bad.parse::<AuditHead>(), Err(AuditError::Head)), "{bad}");
        }
    }
}
