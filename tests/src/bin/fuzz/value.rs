//! What comes back from a database or from the model, in a form that compares.

/// One value of a row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    Int(i64),
    Text(String),
}

pub(crate) type Row = Vec<Value>;

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i32> for Value {
    fn from(value: i32) -> Self {
        Self::Int(value.into())
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<usize> for Value {
    fn from(value: usize) -> Self {
        Self::Int(i64::try_from(value).expect("a count is small"))
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<&String> for Value {
    fn from(value: &String) -> Self {
        Self::Text(value.clone())
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// A row as Diesel loads it.
pub(crate) trait IntoRow {
    fn into_row(self) -> Row;
}

macro_rules! tuples {
    ($(($($name:ident),*))*) => {$(
        impl<$($name: Into<Value>),*> IntoRow for ($($name,)*) {
            fn into_row(self) -> Row {
                #[allow(non_snake_case, reason = "a value is named like its type")]
                let ($($name,)*) = self;
                vec![$($name.into()),*]
            }
        }
    )*};
}

tuples! {
    (A) (A, B) (A, B, C) (A, B, C, D) (A, B, C, D, E) (A, B, C, D, E, F)
}

/// A row of these values.
macro_rules! row {
    ($($value:expr),* $(,)?) => { vec![$($crate::value::Value::from($value)),*] };
}
pub(crate) use row;

/// How an operation ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Rows; in order only where the query says which.
    Rows(Vec<Row>),
    /// How many rows were written.
    Count(usize),
    Refused(Refusal),
}

/// Why nothing was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// A key is taken.
    Duplicate,
    /// A changeset that changes nothing.
    Empty,
    /// SQLite had another writer: nobody's fault, and nothing was written.
    Busy,
    /// The scope: the variant of `ScopeError`.
    Scope(String),
    Other(String),
}

impl Outcome {
    /// Rows in an order that does not depend on the database, unless the query has one.
    pub(crate) fn rows(mut rows: Vec<Row>, ordered: bool) -> Self {
        if !ordered {
            rows.sort();
        }
        Self::Rows(rows)
    }

    /// The first mark among the values that is not this tenant's. It needs no model.
    pub(crate) fn foreign_mark(&self, own: &str) -> Option<&str> {
        let Self::Rows(rows) = self else { return None };
        let texts = rows.iter().flatten().filter_map(|value| match value {
            Value::Text(text) => Some(text.as_str()),
            _ => None,
        });
        texts.into_iter().find(|text| text.contains(MARK) && *text != own)
    }
}

/// What every tenant's mark begins with, and nothing else does.
pub(crate) const MARK: &str = "mk-";
