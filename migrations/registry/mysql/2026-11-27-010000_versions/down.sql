DROP INDEX tenancy_tenants_created_at_id_idx ON tenancy_tenants;
ALTER TABLE tenancy_tenants DROP COLUMN folded_name;
ALTER TABLE tenancy_tenants DROP COLUMN version;
