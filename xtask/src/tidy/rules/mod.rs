//! The rules: one concern a file.

pub(super) mod layers;
pub(super) mod manifests;
pub(super) mod markdown;
pub(super) mod sizes;
pub(super) mod whitespace;
pub(super) mod words;
