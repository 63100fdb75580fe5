//! The verbs of a tenant's life, one to a file.

mod destroy;
mod migrate;
mod register;
mod status;
