//! Tables of 64 and 128 columns, in `tests`.
