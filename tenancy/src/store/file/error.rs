//! What is wrong with a file of tenants.

use std::path::PathBuf;

/// A file that is no registry of tenants. Nothing of what stands in it is repeated but the names of keys, ids, identifiers
/// and words that were refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}`: {}", .file.display(), .problems.join("; "))]
#[non_exhaustive]
pub struct FileStoreError {
    /// The file.
    pub file: PathBuf,
    /// Everything that is wrong with it, each as a sentence.
    pub problems: Vec<String>,
}
