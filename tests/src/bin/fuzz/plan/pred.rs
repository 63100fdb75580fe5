//! Trees of predicates.

/// What a predicate is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    People,
    Orders,
    /// A join of the two.
    Both,
}

/// Columns with numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Int {
    PersonId,
    OrderId,
    OrderPerson,
    OrderAmount,
}

/// Columns with text; a `Key` is the tenant column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Text {
    PersonName,
    PersonCountry,
    PersonMark,
    PersonKey,
    OrderTitle,
    OrderNote,
    OrderMark,
    OrderKey,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cmp {
    Eq,
    Ne,
    Gt,
    Le,
}

#[derive(Debug, Clone)]
pub(crate) enum Pred {
    And(Box<Pred>, Box<Pred>),
    Or(Box<Pred>, Box<Pred>),
    Not(Box<Pred>),
    Int(Int, Cmp, i32),
    IntIn(Int, Vec<i32>),
    /// Two columns of a join are equal.
    Same(Int, Int),
    Is(Text, String),
    IsNot(Text, String),
    Like(Text, String),
    TextIn(Text, Vec<String>),
    Null(Text),
    InSub(Int, Sub),
    Exists(Sub),
    /// Correlated, about people: one of their orders has more than this amount.
    HasOrder(i32),
    /// Correlated, about orders: their person has this name.
    HasPerson(String),
}

/// `SELECT column FROM its table WHERE filter`.
#[derive(Debug, Clone)]
pub(crate) struct Sub {
    pub(crate) select: Int,
    pub(crate) filter: Option<Box<Pred>>,
}
