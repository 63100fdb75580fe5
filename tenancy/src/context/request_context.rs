//! What a request keeps while it runs.

use std::any::{Any, TypeId, type_name};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::context::ScopeError;
use crate::context::entered::ENTERED;
use crate::error::TenancyError;

/// Values of the running request, one of each type: its number, its user, what one layer tells another.
///
/// Every scope has one of its own, which is empty when the scope is entered and gone when it is left; that of the outer
/// scope is back then. A task that is started with [`tenancy::spawn`](crate::spawn), and whatever else takes the scope
/// along, has a copy. Nothing is allocated before it is first asked for.
///
/// Cloning gives another handle to the same values, also into another scope; [`snapshot`](Self::snapshot) copies them.
///
/// ```
/// use tenancy::{RequestContext, TenancyError};
///
/// #[derive(Clone)]
/// struct RequestId(String);
///
/// fn begin(id: &str) -> Result<(), TenancyError> {
///     RequestContext::current()?.set(RequestId(id.to_owned()));
///     Ok(())
/// }
///
/// fn log_line(text: &str) -> String {
///     let id = RequestContext::try_current().and_then(|values| values.get::<RequestId>());
///     format!("{}: {text}", id.map_or("-".to_owned(), |RequestId(id)| id))
/// }
/// # fn a_request(context: tenancy::TenantContext) -> Result<(), TenancyError> {
/// # context.sync_scope(|| begin("r7"))
/// # }
/// # assert_eq!(log_line("outside"), "-: outside");
/// ```
#[derive(Clone, Default)]
pub struct RequestContext {
    values: Arc<Mutex<Values>>,
}

type Values = BTreeMap<TypeId, Value>;

#[derive(Clone)]
struct Value {
    type_name: &'static str,
    value: Arc<dyn Any + Send + Sync>,
}

impl Value {
    fn copied<T: Clone + 'static>(&self) -> Option<T> {
        self.value.downcast_ref().cloned()
    }
}

impl RequestContext {
    /// Those of the innermost scope.
    ///
    /// # Errors
    ///
    /// [`ScopeError::NoTenant`] outside every scope.
    pub fn current() -> Result<Self, TenancyError> {
        Self::try_current().ok_or_else(|| ScopeError::NoTenant { what: "`RequestContext`".into() }.into())
    }

    /// Those of the innermost scope, or `None` outside every scope.
    pub fn try_current() -> Option<Self> {
        ENTERED.try_with(|entered| entered.values().cloned()).ok()?
    }

    /// A copy of the value of this type: `get::<T>().unwrap_or_default()` where there may be none.
    pub fn get<T: Clone + Send + Sync + 'static>(&self) -> Option<T> {
        let value = self.lock().get(&TypeId::of::<T>()).cloned();
        value?.copied()
    }

    /// Sets the value of this type, and gives the one that was there.
    pub fn set<T: Clone + Send + Sync + 'static>(&self, value: T) -> Option<T> {
        let value = Value { type_name: type_name::<T>(), value: Arc::new(value) };
        let before = self.lock().insert(TypeId::of::<T>(), value);
        before?.copied()
    }

    /// Takes the value of this type out.
    pub fn remove<T: Clone + Send + Sync + 'static>(&self) -> Option<T> {
        let before = self.lock().remove(&TypeId::of::<T>());
        before?.copied()
    }

    /// Takes every value out, and gives them, so that [`extend`](Self::extend) can put them back.
    pub fn clear(&self) -> Self {
        let before = std::mem::take(&mut *self.lock());
        Self { values: Arc::new(Mutex::new(before)) }
    }

    /// A copy of every value, which changes on either side do not reach.
    pub fn snapshot(&self) -> Self {
        let values = self.lock().clone();
        Self { values: Arc::new(Mutex::new(values)) }
    }

    /// Takes over a copy of every value of another; of a type that both have, the other's counts.
    pub fn extend(&self, other: &Self) {
        let values = other.lock().clone();
        let replaced: Vec<_> = {
            let mut own = self.lock();
            values.into_iter().filter_map(|(id, value)| own.insert(id, value)).collect()
        };
        drop(replaced);
    }

    /// Whether there is no value.
    pub fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    /// Nobody's code runs under the lock, neither a `clone` nor a `drop` of a value: it could come back here.
    fn lock(&self) -> MutexGuard<'_, Values> {
        self.values.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The names of the types: a value may hold what is nobody's to read.
impl fmt::Debug for RequestContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.lock().values().map(|value| value.type_name).collect();
        f.debug_tuple("RequestContext").field(&names).finish()
    }
}
