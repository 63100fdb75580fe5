-- Host names of tenants' own. They go with the tenant's row.
CREATE TABLE tenancy_domains (
    domain VARCHAR(253) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    tenant VARCHAR(48) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    CONSTRAINT tenancy_domains_pkey PRIMARY KEY (domain),
    CONSTRAINT tenancy_domains_tenant_fkey FOREIGN KEY (tenant) REFERENCES tenancy_tenants (id) ON DELETE CASCADE,
    CONSTRAINT tenancy_domains_domain_check CHECK (LENGTH(domain) >= 3 AND domain = LOWER(domain))
) ENGINE = InnoDB;
