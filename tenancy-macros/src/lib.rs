//! The macros of `tenancy`.
