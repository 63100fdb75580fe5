//! The Rust values of the registry's own SQL types, on every backend.
//!
//! Reading never fails here. A value that cannot be understood is kept as such, so that one damaged row
//! becomes one error and not the failure of the whole query.

use std::fmt;

use chrono::{DateTime, Utc};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Text;

use super::schema::{Document, Moment};

/// A point in time to be written.
#[derive(Debug, Clone, Copy, AsExpression)]
#[diesel(sql_type = Moment)]
pub struct Time(pub(crate) DateTime<Utc>);

/// A point in time as it was read; `None` when it is none.
#[derive(Debug, Clone, Copy, FromSqlRow)]
pub struct StoredTime(pub(crate) Option<DateTime<Utc>>);

/// JSON text, written, or read and not yet parsed.
#[derive(Clone, AsExpression, FromSqlRow)]
#[diesel(sql_type = Document)]
pub(super) struct Json(pub(super) String);

/// Text that must not be seen, to be written.
#[derive(Clone, Copy, AsExpression)]
#[diesel(sql_type = Text)]
pub(super) struct Hidden<'a>(pub(super) &'a str);

// Diesel's logging of queries prints the binds. Metadata may hold secrets, and a database URL is one.
impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Debug for Hidden<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl<DB: Backend> ToSql<Text, DB> for Hidden<'_>
where
    str: ToSql<Text, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.to_sql(out)
    }
}

#[cfg(feature = "postgres")]
mod postgres {
    use std::io::Write;

    use diesel::pg::{Pg, PgValue};
    use diesel::serialize::IsNull;
    use diesel::sql_types::Timestamptz;

    use super::*;

    /// The version byte in front of the text that `jsonb` has on the wire.
    const JSONB_VERSION: u8 = 1;

    impl ToSql<Moment, Pg> for Time {
        fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
            ToSql::<Timestamptz, Pg>::to_sql(&self.0, &mut out.reborrow())
        }
    }

    impl FromSql<Moment, Pg> for StoredTime {
        fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
            Ok(Self(FromSql::<Timestamptz, Pg>::from_sql(value).ok()))
        }
    }

    impl ToSql<Document, Pg> for Json {
        fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
            out.write_all(&[JSONB_VERSION])?;
            out.write_all(self.0.as_bytes())?;
            Ok(IsNull::No)
        }
    }

    impl FromSql<Document, Pg> for Json {
        fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
            let text = match value.as_bytes().split_first() {
                Some((&JSONB_VERSION, text)) => text,
                _ => return Err("the server sent jsonb of an unknown version".into()),
            };
            Ok(Self(std::str::from_utf8(text)?.to_owned()))
        }
    }
}

#[cfg(feature = "mysql")]
mod mysql {
    use chrono::NaiveDateTime;
    use diesel::mysql::{Mysql, MysqlValue};
    use diesel::sql_types::Datetime;

    use super::*;

    impl ToSql<Moment, Mysql> for Time {
        fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Mysql>) -> serialize::Result {
            ToSql::<Datetime, Mysql>::to_sql(&self.0.naive_utc(), &mut out.reborrow())
        }
    }

    impl FromSql<Moment, Mysql> for StoredTime {
        fn from_sql(value: MysqlValue<'_>) -> deserialize::Result<Self> {
            let time: Option<NaiveDateTime> = FromSql::<Datetime, Mysql>::from_sql(value).ok();
            Ok(Self(time.map(|time| time.and_utc())))
        }
    }

    impl ToSql<Document, Mysql> for Json {
        fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Mysql>) -> serialize::Result {
            ToSql::<Text, Mysql>::to_sql(&self.0, &mut out.reborrow())
        }
    }

    impl FromSql<Document, Mysql> for Json {
        fn from_sql(value: MysqlValue<'_>) -> deserialize::Result<Self> {
            FromSql::<Text, Mysql>::from_sql(value).map(Self)
        }
    }
}

#[cfg(feature = "sqlite")]
mod sqlite {
    use diesel::sql_types::TimestamptzSqlite;
    use diesel::sqlite::{Sqlite, SqliteValue};

    use super::*;

    impl ToSql<Moment, Sqlite> for Time {
        fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
            ToSql::<TimestamptzSqlite, Sqlite>::to_sql(&self.0, out)
        }
    }

    impl FromSql<Moment, Sqlite> for StoredTime {
        fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
            Ok(Self(FromSql::<TimestamptzSqlite, Sqlite>::from_sql(value).ok()))
        }
    }

    impl ToSql<Document, Sqlite> for Json {
        fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
            ToSql::<Text, Sqlite>::to_sql(&self.0, out)
        }
    }

    impl FromSql<Document, Sqlite> for Json {
        fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
            FromSql::<Text, Sqlite>::from_sql(value).map(Self)
        }
    }
}
