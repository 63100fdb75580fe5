//! Multi-tenancy for Diesel and actix-web.
