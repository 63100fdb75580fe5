//! actix-web: the middleware that enters the tenant's scope, the extractors, and the one table from errors
//! to responses. The only room that names actix.

mod answer;
mod audit;
mod behind;
mod body;
mod extract;
mod head;
#[cfg(feature = "limit")]
mod limited;
mod link;
mod middleware;
mod payload;
mod public;
mod require;
mod rewrite;
mod service;
mod settings;
#[cfg(feature = "ws")]
mod socket;
mod streams;
#[cfg(feature = "testing")]
mod whole;

pub use self::body::ScopedBody;
pub use self::extract::{CurrentTenant, CustomSettings};
pub use self::link::tenant_url;
pub use self::middleware::TenancyMiddleware;
pub use self::require::{require_feature, require_status};
pub use self::service::TenancyService;
#[cfg(feature = "ws")]
pub use self::socket::websocket;
pub use self::streams::while_served;
#[cfg(feature = "testing")]
pub use self::whole::whole_answer;
