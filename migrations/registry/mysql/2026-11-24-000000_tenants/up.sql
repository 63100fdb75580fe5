-- The registry: one row for each tenant that was ever registered and not erased.
--
-- Ids and identifiers compare byte by byte on every server: lists are read in pages by id, and pages must not
-- depend on the database's collation. Times are in UTC, metadata is JSON text: what the server makes of its
-- own JSON type differs between MySQL and MariaDB.
CREATE TABLE tenancy_tenants (
    id VARCHAR(48) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    identifier VARCHAR(63) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    name VARCHAR(200) NOT NULL,
    status VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    isolation VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin,
    metadata LONGTEXT NOT NULL,
    database_url TEXT,
    schema_name VARCHAR(63),
    created_at DATETIME(6) NOT NULL,
    updated_at DATETIME(6) NOT NULL,
    CONSTRAINT tenancy_tenants_pkey PRIMARY KEY (id),
    -- Of all rows, deleted ones too: an identifier that was given away stays taken until the row is erased.
    CONSTRAINT tenancy_tenants_identifier_key UNIQUE (identifier),
    CONSTRAINT tenancy_tenants_id_check CHECK (id REGEXP '^[a-z0-9]' AND id NOT REGEXP '[^a-z0-9_-]'),
    CONSTRAINT tenancy_tenants_identifier_check CHECK (
        LENGTH(identifier) >= 3 AND identifier REGEXP '^[a-z]' AND identifier NOT REGEXP '[^a-z0-9-]'
        AND RIGHT(identifier, 1) <> '-'
    ),
    CONSTRAINT tenancy_tenants_status_check CHECK (status IN ('provisioning', 'active', 'suspended', 'deleted')),
    CONSTRAINT tenancy_tenants_isolation_check CHECK (isolation IN ('column', 'rls', 'schema', 'database')),
    CONSTRAINT tenancy_tenants_metadata_check CHECK (
        CASE WHEN JSON_VALID(metadata) THEN JSON_TYPE(metadata) = 'OBJECT' ELSE FALSE END
    )
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

CREATE INDEX tenancy_tenants_status_id_idx ON tenancy_tenants (status, id);
