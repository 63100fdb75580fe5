//! The order of a move, and what the registry says meanwhile.
//!
//! The record is marked first and unmarked last. Between the two its isolation says which place counts: until it is
//! changed, the new place is ours to take away and the old one to be written again; from then on it is the old one that
//! goes. Whoever finds a mark needs to know no more.

use crate::config::Supported;
use crate::context::TenantContext;
use crate::error::TenancyError;
use crate::isolation::{IsolationError, MoveOptions, Mover, RelocateError};
use crate::store::StoreError;
use crate::tenancy::Tenancy;
use crate::tenant::{Isolation, Placement, Relocation, Tenant, TenantId, TenantRecord, TenantStatus};

pub(super) struct Move<'a, B: Supported> {
    tenancy: &'a Tenancy<B>,
    id: &'a TenantId,
    options: MoveOptions,
    mover: Box<dyn Mover + 'a>,
}

impl<'a, B: Supported> Move<'a, B> {
    pub(super) async fn run(
        tenancy: &'a Tenancy<B>,
        id: &'a TenantId,
        isolation: Isolation,
        options: MoveOptions,
    ) -> Result<Tenant, TenancyError> {
        let mover = B::mover(tenancy.layout(), tenancy.pools(), id, options.clone()).await?;
        let mut this = Self { tenancy, id, options, mover };
        tenancy.store().forget(id);
        let tenant = tenancy.store().get(id).await?;
        let tenant = this.settle(tenant).await?;
        this.go(tenant, isolation).await
    }

    /// Ends a move that was cut short: finishes it where the record says that the tenant has arrived, takes it back
    /// where it has not.
    async fn settle(&mut self, tenant: Tenant) -> Result<Tenant, TenancyError> {
        let Some(Relocation { from, to, .. }) = tenant.relocation() else { return Ok(tenant) };
        // With a mark of our own, so that the attempt before, should it still be alive, changes the record no more.
        let tenant = self.mark(&tenant, from, to).await?;
        self.mover.claim().await?;
        match self.is_in(&tenant, to) {
            true => self.finish(tenant, from, to).await,
            false => self.take_back(tenant, from, to).await,
        }
    }

    async fn go(&mut self, tenant: Tenant, to: Isolation) -> Result<Tenant, TenancyError> {
        self.check(&tenant, to)?;
        let from = self.tenancy.context(&tenant).isolation();
        if self.is_in(&tenant, to) {
            let placement = Placement { isolation: Some(to), relocation: None };
            return self.place(&tenant, placement).await;
        }
        let tenant = self.mark(&tenant, from, to).await?;
        self.reached("marked");
        // Whoever ends the tenant from now on sees the mark.
        let moved = match self.check(&tenant, to) {
            Ok(()) => self.arrive(&tenant, from, to).await,
            Err(error) => Err(Failed::Before(error)),
        };
        match moved {
            Ok(tenant) => self.finish(tenant, from, to).await,
            Err(Failed::Unknown(error)) => Err(error),
            Err(Failed::Before(error)) => {
                if let Err(left) = self.take_back(tenant, from, to).await {
                    tracing::error!(tenant = %self.id, error = %left, "a move that failed could not be taken back");
                }
                Err(error)
            }
        }
    }

    fn check(&self, tenant: &Tenant, to: Isolation) -> Result<(), TenancyError> {
        let status = tenant.status();
        if !matches!(status, TenantStatus::Active | TenantStatus::Suspended) {
            return Err(RelocateError::Status { tenant: self.id.clone(), status }.into());
        }
        let layout = self.tenancy.layout();
        let place = self.place_of(tenant, to)?;
        layout.supports::<B>(&place)?;
        if place.isolation() == Isolation::Rls && !layout.has_policies() {
            return Err(IsolationError::NoPolicies.into());
        }
        let isolations = [to, self.tenancy.context(tenant).isolation()];
        let shared = isolations.into_iter().find(|isolation| isolation.shares_tables());
        if let (Some(isolation), true, false) = (shared, layout.tables.is_empty(), self.is_in(tenant, to)) {
            return Err(IsolationError::NoTables { isolation }.into());
        }
        if tenant.database_url().is_some()
            && isolations.contains(&Isolation::Database)
            && isolations[0] != isolations[1]
        {
            return Err(RelocateError::OwnDatabase { tenant: self.id.clone() }.into());
        }
        Ok(())
    }

    /// From the mark to the moment from which the new place counts.
    async fn arrive(&mut self, tenant: &Tenant, from: Isolation, to: Isolation) -> Result<Tenant, Failed> {
        let (old, new) = (self.place_of(tenant, from)?, self.place_of(tenant, to)?);
        self.mover.claim().await?;
        if !self.mover.remove(&new).await? {
            let reason = "something of that name is there already, and it is not marked as the tenant's";
            return Err(RelocateError::failed(self.id, "make the new place", reason).into());
        }
        self.reached("cleared");
        self.mover.make(&new).await?;
        self.reached("made");
        if self.tenancy.migrations().is_some() {
            self.tenancy.migrate_context(&new).await.map_err(TenancyError::from)?;
        }
        self.reached("migrated");
        self.mover.fence(&old).await?;
        self.reached("fenced");
        self.mover.copy(&old, &new).await?;
        self.reached("copied");
        let placement = Placement { isolation: Some(to), relocation: tenant.relocation() };
        let moved = self.place(tenant, placement).await;
        let moved = match moved {
            Ok(moved) => moved,
            Err(error) => self.find_out(tenant, placement, error).await?,
        };
        self.reached("switched");
        Ok(moved)
    }

    /// The registry failed, and may have done what it was told all the same.
    async fn find_out(
        &self,
        tenant: &Tenant,
        wanted: Placement,
        error: TenancyError,
    ) -> Result<Tenant, Failed> {
        match self.tenancy.store().get(self.id).await {
            Ok(found) if found.placement() == wanted => Ok(found),
            Ok(found) if found.placement() == tenant.placement() => Err(Failed::Before(error)),
            _ => Err(Failed::Unknown(error)),
        }
    }

    /// From there to the end: the tenant writes in its new place, and the old one goes.
    async fn finish(
        &mut self,
        tenant: Tenant,
        from: Isolation,
        to: Isolation,
    ) -> Result<Tenant, TenancyError> {
        let cleaned = self.clean(&tenant, from, to).await;
        cleaned
            .map_err(|error| RelocateError::Left { tenant: self.id.clone(), reason: error.to_string() })?;
        self.unmark(tenant).await
    }

    async fn clean(&mut self, tenant: &Tenant, from: Isolation, to: Isolation) -> Result<(), TenancyError> {
        let (old, new) = (self.place_of(tenant, from)?, self.place_of(tenant, to)?);
        self.mover.lift(&new).await?;
        self.reached("lifted");
        // Until nobody goes by the old record any more.
        tokio::time::sleep(self.options.grace.max(self.tenancy.store().staleness())).await;
        self.tenancy.pools().forget(self.id);
        if !self.mover.remove(&old).await? {
            let reason = "it is not marked as the tenant's: drop it by hand";
            return Err(RelocateError::failed(self.id, "take the old place away", reason).into());
        }
        self.reached("removed");
        Ok(())
    }

    /// Back to the moment before the mark.
    async fn take_back(
        &mut self,
        tenant: Tenant,
        from: Isolation,
        to: Isolation,
    ) -> Result<Tenant, TenancyError> {
        let (old, new) = (self.place_of(&tenant, from)?, self.place_of(&tenant, to)?);
        // First, so that the tenant writes again whatever becomes of the rest: nobody reads the new place.
        self.mover.lift(&old).await?;
        // What is there and not the tenant's is no work of ours.
        self.mover.remove(&new).await?;
        self.unmark(tenant).await
    }

    /// The mark goes last: what is left while it is there, the next call takes away.
    async fn unmark(&mut self, tenant: Tenant) -> Result<Tenant, TenancyError> {
        self.mover.release().await?;
        self.reached("released");
        let placement = Placement { isolation: tenant.isolation(), relocation: None };
        let tenant = self.place(&tenant, placement).await?;
        self.reached("unmarked");
        Ok(tenant)
    }

    async fn mark(&self, tenant: &Tenant, from: Isolation, to: Isolation) -> Result<Tenant, TenancyError> {
        let relocation = Some(Relocation::new(from, to));
        self.place(tenant, Placement { isolation: tenant.isolation(), relocation }).await
    }

    /// Changes the record, if it is still the one that was read.
    async fn place(&self, tenant: &Tenant, placement: Placement) -> Result<Tenant, TenancyError> {
        match self.tenancy.store().set_placement(self.id, tenant.placement(), placement).await {
            Err(StoreError::OtherPlacement { id }) => Err(RelocateError::UnderWay { tenant: id }.into()),
            placed => Ok(placed?),
        }
    }

    /// The place that the tenant has under this isolation.
    fn place_of(&self, tenant: &Tenant, isolation: Isolation) -> Result<TenantContext, TenancyError> {
        let record = TenantRecord { isolation: Some(isolation), ..tenant.to_record() };
        Ok(self.tenancy.context(&Tenant::from_record(record)?))
    }

    /// Whether the tenant lives where this isolation has it. `column` and `rls` are one place.
    fn is_in(&self, tenant: &Tenant, isolation: Isolation) -> bool {
        let lives = self.tenancy.context(tenant).isolation();
        lives == isolation || lives.shares_tables() && isolation.shares_tables()
    }

    fn reached(&self, step: &'static str) {
        self.options.steps.reached(step);
    }
}

/// How a move failed.
enum Failed {
    /// The record says that the tenant is where it was.
    Before(TenancyError),
    /// Nobody knows what the record says.
    Unknown(TenancyError),
}

impl<E: Into<TenancyError>> From<E> for Failed {
    fn from(error: E) -> Self {
        Self::Before(error.into())
    }
}
