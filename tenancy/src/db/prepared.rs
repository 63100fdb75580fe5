//! Which statements a PostgreSQL connection is known to have prepared.
//!
//! What is sent behind a statement must not overtake it. A statement that is prepared goes out at once; one that is
//! not is parsed first, and whatever was sent meanwhile stands before it. diesel-async does not say which of the two
//! a statement is, so we remember what it has prepared, by what its own cache goes by.

use std::any::TypeId;
use std::collections::HashSet;

use diesel::QueryResult;
use diesel::connection::CacheSize;
use diesel::pg::{Pg, PgMetadataLookup, PgQueryBuilder, PgTypeMetadata};
use diesel::query_builder::bind_collector::RawBytesBindCollector;
use diesel::query_builder::{AstPass, Query, QueryBuilder, QueryFragment, QueryId};
use diesel::result::Error;
use diesel_async::{AsyncConnection, AsyncPgConnection};
use futures_core::future::BoxFuture;
use futures_util::{FutureExt, TryFutureExt};

use super::pipeline::Goes;
use super::probe::is_the_drivers;
use super::setting::Setting;
use crate::context::{Current, TenantContext};

/// After this many statements a connection prepares afresh. diesel-async's cache never forgets one, and of statements
/// whose SQL follows their values there is no end.
const STATEMENTS_PER_CONNECTION: usize = 512;

/// The same where each tenant's statements name its schema: what is prepared for one tenant is of no use to another.
const STATEMENTS_OF_SCHEMAS: usize = 1_024;

/// SQL that is longer is not kept where Diesel would not keep it: it is a batch of many rows, and seldom sent again.
const LONGEST_KEPT: usize = 8 * 1024;

/// What one connection has prepared.
#[derive(Debug, Default)]
pub(super) struct Prepared {
    known: HashSet<Key>,
    /// How many there may be in diesel-async's cache, with those that have failed.
    sent: usize,
    /// Somebody else has changed the cache: from now on nothing is known.
    lost: bool,
    /// The server's connection is another one after each transaction, and has prepared nothing.
    is_pooled: bool,
    /// The driver has a statement of its own that the server has not.
    is_spoilt: bool,
}

/// What diesel-async's cache goes by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Type(TypeId),
    Sql {
        sql: Box<str>,
        oids: Box<[u32]>,
        /// Types whose OID the server has to tell, in the order in which they are asked for.
        named: Vec<(Option<Box<str>>, Box<str>)>,
    },
}

impl Key {
    /// The key of statements of this type, where the type says the SQL.
    pub(super) fn of_type<Q: QueryId>(_: &Q) -> Option<Self> {
        Q::query_id().map(Self::Type)
    }
}

/// Whose statements a connection keeps, and how many of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    /// All tenants have the same: those that Diesel keeps by itself are as many as the program has.
    OfAll,
    /// Each tenant has its own, so all of them are counted.
    OfSchemas,
}

impl Kept {
    pub(super) fn of(current: &Current) -> Self {
        match current.tenant().and_then(TenantContext::schema) {
            Some(_) => Self::OfSchemas,
            None => Self::OfAll,
        }
    }

    fn most(self) -> usize {
        match self {
            Self::OfAll => STATEMENTS_PER_CONNECTION,
            Self::OfSchemas => STATEMENTS_OF_SCHEMAS,
        }
    }
}

impl Prepared {
    /// What is known where the server's connection is another one after each transaction: nothing.
    pub(super) fn pooled(connection: &mut AsyncPgConnection) -> Self {
        connection.set_prepared_statement_cache_size(CacheSize::Disabled);
        Self { lost: true, is_pooled: true, ..Self::default() }
    }

    pub(super) fn is_pooled(&self) -> bool {
        self.is_pooled
    }

    pub(super) fn is_spoilt(&self) -> bool {
        self.is_spoilt
    }

    /// Notes an error behind a pooler. The driver keeps the statements by which it asks about types, and does not notice
    /// that the server has them no more: the connection would fail again at the next type.
    fn note(&mut self, error: &Error) {
        self.is_spoilt |= self.is_pooled && names_a_statement(error);
    }

    /// Whether a statement with this key goes out at once.
    pub(super) fn knows(&self, key: Option<&Key>) -> bool {
        key.is_some_and(|key| self.known.contains(key))
    }

    /// Notes a statement that the connection has run.
    pub(super) fn learn(&mut self, key: Option<Key>) {
        if let Some(key) = key
            && !self.lost
        {
            self.known.insert(key);
        }
    }

    /// Makes room for a statement that may be new.
    pub(super) fn admit(&mut self, key: Option<&Key>, kept: Kept, connection: &mut AsyncPgConnection) {
        if key.is_none() || self.lost || self.knows(key) {
            return;
        }
        if self.sent >= kept.most() {
            self.forget(connection);
        }
        self.sent += 1;
    }

    /// Closes every statement that the connection has prepared.
    pub(super) fn forget(&mut self, connection: &mut AsyncPgConnection) {
        if self.is_pooled {
            return;
        }
        // Changing the size is what makes diesel-async drop what it holds; dropping closes it on the server.
        connection.set_prepared_statement_cache_size(CacheSize::Disabled);
        connection.set_prepared_statement_cache_size(CacheSize::Unbounded);
        *self = Self { lost: self.lost, ..Self::default() };
    }

    /// Notes that the cache is no longer ours alone.
    pub(super) fn lose(&mut self) {
        *self = Self { lost: true, is_pooled: self.is_pooled, is_spoilt: self.is_spoilt, ..Self::default() };
    }
}

/// A statement, and what is known of it.
///
/// Diesel keeps no UPDATE, and no INSERT of a list: the SQL of one type differs with its values. By its SQL it can be
/// kept, and is: it is parsed once and not each time.
#[derive(Debug)]
pub(super) struct Statement<Q> {
    query: Q,
    is_kept: Option<bool>,
    sql: Option<String>,
    key: Option<Key>,
}

impl<Q: QueryFragment<Pg> + QueryId> Statement<Q> {
    /// The statement as Diesel has it.
    pub(super) fn plain(query: Q) -> Self {
        Self { query, is_kept: None, sql: None, key: None }
    }

    /// The same with its key, if it is or can be kept. Writes SQL: to be called with the gate open.
    ///
    /// Without `always` a statement that Diesel keeps by itself is left alone.
    pub(super) fn keyed(query: Q, is_text: bool, always: bool) -> Self {
        let Ok(is_safe) = query.is_safe_to_cache_prepared(&Pg) else {
            // diesel-async meets the same error, and says it.
            return Self::plain(query);
        };
        let is_kept = is_safe || !(is_text || Q::HAS_STATIC_QUERY_ID);
        if !is_kept || (is_safe && !always) {
            // diesel-async would walk the query once more to learn it.
            return Self { is_kept: Some(is_safe), ..Self::plain(query) };
        }
        if let Some(key) = Key::of_type(&query) {
            return Self { key: Some(key), ..Self::plain(query) };
        }
        match written(&query) {
            Ok((sql, oids, named)) if is_safe || sql.len() <= LONGEST_KEPT => {
                let key = Key::Sql { sql: sql.as_str().into(), oids, named };
                Self { query, is_kept: Some(true), sql: Some(sql), key: Some(key) }
            }
            _ => Self::plain(query),
        }
    }

    /// A statement that is sent as it is, with room made for it.
    pub(super) fn admitted(
        query: Q,
        is_text: bool,
        kept: Kept,
        prepared: &mut Prepared,
        connection: &mut AsyncPgConnection,
    ) -> (Self, Learn) {
        if prepared.is_pooled {
            return (Self::plain(query), Learn::NOTHING);
        }
        let mut statement = Self::keyed(query, is_text, kept == Kept::OfSchemas);
        let keys = [statement.key.take(), None];
        prepared.admit(keys[0].as_ref(), kept, connection);
        (statement, Learn { keys, goes: Goes { with_setting: true, at_once: false } })
    }

    /// A statement that is sent behind a setting, with room made for it.
    pub(super) fn told(
        query: Q,
        is_text: bool,
        prepared: &mut Prepared,
        connection: &mut AsyncPgConnection,
        setting: Option<&Setting>,
    ) -> (Self, Learn) {
        if prepared.is_pooled {
            return (Self::plain(query), Learn::NOTHING);
        }
        let mut statement = Self::keyed(query, is_text, true);
        let keys = [statement.key.take(), setting.and_then(Setting::key)];
        prepared.admit(keys[0].as_ref(), Kept::OfAll, connection);
        let [at_once, with_setting] = [0, 1].map(|index| prepared.knows(keys[index].as_ref()));
        let goes = Goes { with_setting, at_once };
        (statement, Learn { keys, goes })
    }
}

/// What there is to note when a statement has run.
#[derive(Debug)]
pub(super) struct Learn {
    keys: [Option<Key>; 2],
    goes: Goes,
}

impl Learn {
    /// Of a statement that is parsed each time, behind a setting that is not.
    const NOTHING: Self = Self { keys: [None, None], goes: Goes { with_setting: true, at_once: false } };

    pub(super) fn goes(&self) -> Goes {
        self.goes
    }

    /// Notes it when the statement has run.
    pub(super) fn when<'a, R: Send + 'a>(
        self,
        statement: BoxFuture<'a, QueryResult<R>>,
        prepared: &'a mut Prepared,
    ) -> BoxFuture<'a, QueryResult<R>> {
        if prepared.is_pooled {
            return statement.inspect_err(|error| prepared.note(error)).boxed();
        }
        let is_known = self.goes.with_setting && self.goes.at_once;
        if is_known || self.keys[0].is_none() {
            return statement;
        }
        statement.inspect_ok(move |_| self.keys.into_iter().for_each(|key| prepared.learn(key))).boxed()
    }
}

/// Whether the server says something of a statement by the name that the driver has given it, `"s17"`. In whatever
/// language it says it, the name is in quotes.
pub(super) fn names_a_statement(error: &Error) -> bool {
    let Error::DatabaseError(_, information) = error else {
        return false;
    };
    information.message().split(['"', '«', '»', '„', '“', '”']).any(|part| is_the_drivers(part.trim()))
}

type Written = (String, Box<[u32]>, Vec<(Option<Box<str>>, Box<str>)>);

fn written(query: &impl QueryFragment<Pg>) -> QueryResult<Written> {
    let mut builder = PgQueryBuilder::default();
    query.to_sql(&mut builder, &Pg)?;
    let (mut binds, mut names) = (RawBytesBindCollector::<Pg>::new(), Names::default());
    query.collect_binds(&mut binds, &mut names, &Pg)?;
    let oids = binds.metadata.iter().map(|metadata| metadata.oid().unwrap_or_default()).collect();
    Ok((builder.finish(), oids, names.0))
}

/// Notes the names of types instead of asking for their OIDs.
#[derive(Default)]
struct Names(Vec<(Option<Box<str>>, Box<str>)>);

impl PgMetadataLookup for Names {
    fn lookup_type(&mut self, name: &str, schema: Option<&str>) -> PgTypeMetadata {
        self.0.push((schema.map(Into::into), name.into()));
        PgTypeMetadata::new(0, 0)
    }
}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for Statement<Q> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.query.walk_ast(out)
    }

    fn to_sql(&self, out: &mut PgQueryBuilder, backend: &Pg) -> QueryResult<()> {
        match &self.sql {
            Some(sql) => {
                out.push_sql(sql);
                Ok(())
            }
            None => self.query.to_sql(out, backend),
        }
    }

    fn is_safe_to_cache_prepared(&self, backend: &Pg) -> QueryResult<bool> {
        self.is_kept.map_or_else(|| self.query.is_safe_to_cache_prepared(backend), Ok)
    }
}

impl<Q: QueryId> QueryId for Statement<Q> {
    type QueryId = Q::QueryId;
    const HAS_STATIC_QUERY_ID: bool = Q::HAS_STATIC_QUERY_ID;
}

impl<Q: Query> Query for Statement<Q> {
    type SqlType = Q::SqlType;
}
