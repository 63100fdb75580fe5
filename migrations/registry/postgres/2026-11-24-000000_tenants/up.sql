-- The registry: one row for each tenant that was ever registered and not erased.
--
-- Ids and identifiers compare byte by byte on every server: lists are read in pages by id, and pages must not
-- depend on the database's locale.
CREATE TABLE tenancy_tenants (
    id text COLLATE "C" NOT NULL,
    identifier text COLLATE "C" NOT NULL,
    name text NOT NULL,
    status text NOT NULL,
    isolation text,
    metadata jsonb NOT NULL DEFAULT '{}',
    database_url text,
    schema_name text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT tenancy_tenants_pkey PRIMARY KEY (id),
    -- Of all rows, deleted ones too: an identifier that was given away stays taken until the row is erased.
    CONSTRAINT tenancy_tenants_identifier_key UNIQUE (identifier),
    CONSTRAINT tenancy_tenants_id_check CHECK (id ~ '^[a-z0-9][a-z0-9_-]{0,47}$'),
    CONSTRAINT tenancy_tenants_identifier_check CHECK (identifier ~ '^[a-z][a-z0-9-]{1,61}[a-z0-9]$'),
    CONSTRAINT tenancy_tenants_status_check CHECK (status IN ('provisioning', 'active', 'suspended', 'deleted')),
    CONSTRAINT tenancy_tenants_isolation_check CHECK (isolation IN ('column', 'rls', 'schema', 'database')),
    CONSTRAINT tenancy_tenants_metadata_check CHECK (jsonb_typeof(metadata) = 'object')
);

CREATE INDEX tenancy_tenants_status_id_idx ON tenancy_tenants (status, id);
