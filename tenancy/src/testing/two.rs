//! Two tenants that are asked the same.

use std::fmt;
use std::future::Future;

use super::check::{self, CheckError};
use super::mark::Mark;
use crate::config::Supported;
use crate::context::TenantContext;
use crate::error::TenancyError;
use crate::tenancy::Tenancy;
use crate::tenant::{NewTenant, Tenant, TenantId};

/// Two new tenants of the application under test, each with a mark of its own.
///
/// They are for a database that is thrown away: nothing removes them.
#[derive(Debug)]
pub struct TwoTenants {
    tenants: [MarkedTenant; 2],
}

/// One of the two.
pub struct MarkedTenant {
    tenant: Tenant,
    context: TenantContext,
    mark: Mark,
}

impl TwoTenants {
    /// Registers them, which makes and migrates their places.
    ///
    /// # Errors
    ///
    /// As `Tenancy::register_tenant`.
    pub async fn register<B: Supported>(tenancy: &Tenancy<B>) -> Result<Self, TenancyError> {
        Ok(Self { tenants: [MarkedTenant::register(tenancy).await?, MarkedTenant::register(tenancy).await?] })
    }

    /// Runs `seed` in the scope of each, with its mark: for the data, which is to have the mark in every text and
    /// to be the same otherwise, numbers of rows included.
    ///
    /// # Errors
    ///
    /// What `seed` gives.
    pub async fn seed(
        &self,
        seed: impl AsyncFn(&Mark) -> Result<(), TenancyError>,
    ) -> Result<(), TenancyError> {
        for tenant in &self.tenants {
            tenant.scope(async { seed(&tenant.mark).await }).await?;
        }
        Ok(())
    }

    /// Makes `call` for each of the two and looks through what it answers: the other's mark must not be there, in
    /// plain or encoded in any of the usual ways, and its own has to be.
    ///
    /// The call runs outside every scope, as a request does before it has met the middleware. What is behind the
    /// middleware is called in [`MarkedTenant::scope`].
    ///
    /// # Errors
    ///
    /// [`CheckError`].
    pub async fn check<A: AsRef<[u8]>>(
        &self,
        call: impl AsyncFn(&MarkedTenant) -> A,
    ) -> Result<(), CheckError> {
        self.each(call, true).await
    }

    /// The same for answers without texts, such as a number or a refusal: its own mark need not be there.
    ///
    /// # Errors
    ///
    /// [`CheckError::Leak`].
    pub async fn check_quiet<A: AsRef<[u8]>>(
        &self,
        call: impl AsyncFn(&MarkedTenant) -> A,
    ) -> Result<(), CheckError> {
        self.each(call, false).await
    }

    /// The two, for a test that goes its own way.
    pub fn tenants(&self) -> [&MarkedTenant; 2] {
        self.tenants.each_ref()
    }

    async fn each<A: AsRef<[u8]>>(
        &self,
        call: impl AsyncFn(&MarkedTenant) -> A,
        own_must_appear: bool,
    ) -> Result<(), CheckError> {
        let [one, other] = &self.tenants;
        for (own, other) in [(one, other), (other, one)] {
            let answer = call(own).await;
            check::answer(own.side(), other.side(), answer.as_ref(), own_must_appear)?;
        }
        Ok(())
    }
}

impl MarkedTenant {
    async fn register<B: Supported>(tenancy: &Tenancy<B>) -> Result<Self, TenancyError> {
        let id = TenantId::generate();
        let new = NewTenant::new(format!("test-{id}"))?.id(id);
        let tenant = tenancy.register_tenant(new).await?;
        Ok(Self { context: tenancy.context(&tenant), tenant, mark: Mark::generate() })
    }

    /// The tenant.
    pub fn tenant(&self) -> &Tenant {
        &self.tenant
    }

    /// What a request names it by.
    pub fn identifier(&self) -> &str {
        self.tenant.identifier().as_str()
    }

    /// Its mark.
    pub fn mark(&self) -> &Mark {
        &self.mark
    }

    /// Runs `future` in its scope.
    pub fn scope<F: Future>(&self, future: F) -> impl Future<Output = F::Output> {
        self.context.clone().scope(future)
    }

    fn side(&self) -> check::Side<'_> {
        (self.identifier(), &self.mark)
    }
}

impl fmt::Debug for MarkedTenant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MarkedTenant").field("tenant", &self.identifier()).field("mark", &self.mark).finish()
    }
}
