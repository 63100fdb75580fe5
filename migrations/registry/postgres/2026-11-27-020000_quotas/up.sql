-- What tenants have in use of their quotas. The counters go with the tenant's row.
CREATE TABLE tenancy_quotas (
    tenant text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    used bigint NOT NULL,
    CONSTRAINT tenancy_quotas_pkey PRIMARY KEY (tenant, name),
    CONSTRAINT tenancy_quotas_tenant_fkey FOREIGN KEY (tenant) REFERENCES tenancy_tenants (id) ON DELETE CASCADE,
    CONSTRAINT tenancy_quotas_name_check CHECK (length(name) BETWEEN 1 AND 64),
    CONSTRAINT tenancy_quotas_used_check CHECK (used >= 0)
);
