-- What tenants have in use of their quotas. The counters go with the tenant's row.
CREATE TABLE tenancy_quotas (
    tenant VARCHAR(48) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    name VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    used BIGINT NOT NULL,
    CONSTRAINT tenancy_quotas_pkey PRIMARY KEY (tenant, name),
    CONSTRAINT tenancy_quotas_tenant_fkey FOREIGN KEY (tenant) REFERENCES tenancy_tenants (id) ON DELETE CASCADE,
    CONSTRAINT tenancy_quotas_name_check CHECK (LENGTH(name) >= 1),
    CONSTRAINT tenancy_quotas_used_check CHECK (used >= 0)
) ENGINE = InnoDB;
