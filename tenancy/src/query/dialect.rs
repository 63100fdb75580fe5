//! Which of the backends a statement is written for.

/// A backend that is known here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    Postgres,
    Sqlite,
    Mysql,
}

impl Dialect {
    /// `None` for a backend that is not known here.
    ///
    /// Nothing ties `DB` to a lifetime, so that it could be asked for its identity otherwise.
    pub(super) fn of<DB>() -> Option<Self> {
        match std::any::type_name::<DB>() {
            "diesel::pg::backend::Pg" => Some(Self::Postgres),
            "diesel::sqlite::backend::Sqlite" => Some(Self::Sqlite),
            "diesel::mysql::backend::Mysql" => Some(Self::Mysql),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The backends' paths are what they were.
    #[test]
    fn each_backend_is_known() {
        #[cfg(feature = "postgres")]
        assert_eq!(Dialect::of::<diesel::pg::Pg>(), Some(Dialect::Postgres));
        #[cfg(feature = "sqlite")]
        assert_eq!(Dialect::of::<diesel::sqlite::Sqlite>(), Some(Dialect::Sqlite));
        #[cfg(feature = "mysql")]
        assert_eq!(Dialect::of::<diesel::mysql::Mysql>(), Some(Dialect::Mysql));
        assert_eq!(Dialect::of::<()>(), None);
    }
}
