//! Forms that a backend has not: declared with the reason, by the backend, and left out of its tests alone.

/// Declares them. What is left of a form is `Some`, of one that is exempt nothing: it is not compiled.
macro_rules! exempt {
    ($d:tt $($name:tt: $why:literal;)*) => {
        #[allow(dead_code, reason = "nobody asks the oracle what it has not")]
        pub(crate) const EXEMPT: &[(&str, &str)] = &[$(($name, $why)),*];

        macro_rules! form {
            $(($name, $d form:expr) => { None };)*
            ($d name:tt, $d form:expr) => { Some($d form) };
        }
        pub(crate) use form;
    };
}

pub(crate) use exempt;
