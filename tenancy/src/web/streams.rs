//! Answers that have no end of their own.

use actix_web::HttpRequest;
use futures_core::Stream;
use futures_util::StreamExt;

use super::behind::Behind;
use crate::error::TenancyError;

/// The stream, which ends when the tenant is not served any more: for server-sent events and whatever else has no end
/// of its own. Behind the middleware it is polled in the tenant's scope, as every body is.
///
/// Cost: one query of the registry for each tenant with such streams, twice a second unless the application is
/// [configured](crate::TenancyBuilder::status_check) otherwise.
///
/// # Errors
///
/// `Scope` outside a tenant's scope, and on a route without the middleware.
pub fn while_served<S: Stream>(
    request: &HttpRequest,
    stream: S,
) -> Result<impl Stream<Item = S::Item> + use<S>, TenancyError> {
    let (behind, context) = Behind::of(request, "`while_served`")?;
    Ok(stream.take_until(behind.left(&context)))
}
