//! actix-web: the middleware that enters the tenant's scope, the extractors, and the one table from errors
//! to responses. The only room that names actix.

mod answer;
mod body;
mod extract;
mod head;
mod middleware;
mod payload;
#[cfg(feature = "testing")]
mod whole;

pub use self::body::ScopedBody;
pub use self::extract::CurrentTenant;
pub use self::middleware::{TenancyMiddleware, TenancyService};
#[cfg(feature = "testing")]
pub use self::whole::whole_answer;
