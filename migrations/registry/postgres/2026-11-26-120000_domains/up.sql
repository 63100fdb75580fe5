-- Host names of tenants' own. They go with the tenant's row.
CREATE TABLE tenancy_domains (
    domain text COLLATE "C" NOT NULL,
    tenant text COLLATE "C" NOT NULL,
    CONSTRAINT tenancy_domains_pkey PRIMARY KEY (domain),
    CONSTRAINT tenancy_domains_tenant_fkey FOREIGN KEY (tenant) REFERENCES tenancy_tenants (id) ON DELETE CASCADE,
    CONSTRAINT tenancy_domains_domain_check CHECK (length(domain) BETWEEN 3 AND 253 AND domain = lower(domain))
);
CREATE INDEX tenancy_domains_tenant ON tenancy_domains (tenant);
