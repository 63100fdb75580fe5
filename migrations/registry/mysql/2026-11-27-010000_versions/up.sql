-- How often the row was written, and the name as searches find it, which may be longer in lower case.
ALTER TABLE tenancy_tenants ADD COLUMN version BIGINT NOT NULL DEFAULT 1 CHECK (version > 0);
ALTER TABLE tenancy_tenants ADD COLUMN folded_name VARCHAR(600) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL DEFAULT '';
UPDATE tenancy_tenants SET folded_name = LOWER(name);
CREATE INDEX tenancy_tenants_created_at_id_idx ON tenancy_tenants (created_at, id);
