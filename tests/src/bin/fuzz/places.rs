//! Every backend under every isolation. A new backend is a variant here and a file like `sqlite.rs`.

use std::time::Duration;

use tenancy::Isolation;

use crate::options::Options;
use crate::report::{Done, Failure};
use crate::{postgres, sqlite};

/// A place to be made.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    Sqlite(Isolation),
    Postgres(Isolation),
}

/// A place of any backend.
pub(crate) enum AnyPlace {
    Sqlite(sqlite::Place),
    Postgres(postgres::Place),
}

pub(crate) fn all() -> Vec<Kind> {
    let sqlite = sqlite::ISOLATIONS.into_iter().map(Kind::Sqlite);
    let postgres = postgres::ISOLATIONS.into_iter().map(Kind::Postgres);
    sqlite.chain(postgres).collect()
}

impl Kind {
    pub(crate) fn name(self) -> String {
        match self {
            Self::Sqlite(isolation) => format!("SQLite {isolation}"),
            Self::Postgres(isolation) => format!("PostgreSQL {isolation}"),
        }
    }

    pub(crate) async fn make(self, options: &Options) -> AnyPlace {
        match self {
            Self::Sqlite(isolation) => AnyPlace::Sqlite(sqlite::place(isolation, self.name(), options).await),
            Self::Postgres(isolation) => {
                AnyPlace::Postgres(postgres::place(isolation, self.name(), options).await)
            }
        }
    }
}

/// The same expression on whichever place it is.
macro_rules! each {
    ($any:expr, $place:ident => $expression:expr) => {
        match $any {
            AnyPlace::Sqlite($place) => $expression,
            AnyPlace::Postgres($place) => $expression,
        }
    };
}

impl AnyPlace {
    pub(crate) async fn work(&mut self, time: Duration) -> Option<Failure> {
        each!(self, place => place.work(time).await)
    }

    pub(crate) fn is_done(&self) -> bool {
        each!(self, place => place.is_done())
    }

    pub(crate) fn done(&self) -> Done {
        each!(self, place => place.done())
    }
}
