//! What the programs in `pass` and `fail` are compiled with.
