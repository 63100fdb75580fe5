-- The registry: one row for each tenant that was ever registered and not erased.
--
-- Times are text in UTC with their zone, metadata is JSON text.
CREATE TABLE tenancy_tenants (
    id TEXT NOT NULL,
    identifier TEXT NOT NULL,
    name TEXT NOT NULL,
    status TEXT NOT NULL,
    isolation TEXT,
    metadata TEXT NOT NULL DEFAULT '{}',
    database_url TEXT,
    schema_name TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    CONSTRAINT tenancy_tenants_pkey PRIMARY KEY (id),
    -- Of all rows, deleted ones too: an identifier that was given away stays taken until the row is erased.
    CONSTRAINT tenancy_tenants_identifier_key UNIQUE (identifier),
    CONSTRAINT tenancy_tenants_id_check CHECK (
        length(id) BETWEEN 1 AND 48 AND id GLOB '[a-z0-9]*' AND id NOT GLOB '*[^a-z0-9_-]*'
    ),
    CONSTRAINT tenancy_tenants_identifier_check CHECK (
        length(identifier) BETWEEN 3 AND 63 AND identifier GLOB '[a-z]*[a-z0-9]'
        AND identifier NOT GLOB '*[^a-z0-9-]*'
    ),
    CONSTRAINT tenancy_tenants_status_check CHECK (status IN ('provisioning', 'active', 'suspended', 'deleted')),
    CONSTRAINT tenancy_tenants_isolation_check CHECK (isolation IN ('column', 'rls', 'schema', 'database')),
    CONSTRAINT tenancy_tenants_metadata_check CHECK (
        CASE WHEN json_valid(metadata) THEN json_type(metadata) = 'object' ELSE FALSE END
    )
) STRICT;

CREATE INDEX tenancy_tenants_status_id_idx ON tenancy_tenants (status, id);
