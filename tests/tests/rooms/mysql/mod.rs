//! MySQL and MariaDB in every room.

mod columns;
mod config;
mod keys;
mod lifecycle;
mod sessions;
mod text;
mod writes;
