ALTER TABLE tenancy_tenants DROP COLUMN relocation;
