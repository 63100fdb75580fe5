-- How often the row was written, and the name as searches find it.
ALTER TABLE tenancy_tenants ADD COLUMN version INTEGER NOT NULL DEFAULT 1 CHECK (version > 0);
ALTER TABLE tenancy_tenants ADD COLUMN folded_name TEXT NOT NULL DEFAULT '';
-- Of names that were registered before, SQLite changes the letters of ASCII alone.
UPDATE tenancy_tenants SET folded_name = lower(name);
CREATE INDEX tenancy_tenants_created_at_id_idx ON tenancy_tenants (created_at, id);
