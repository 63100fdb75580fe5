-- A move between isolations that is under way: from, to, and the attempt that owns it.
ALTER TABLE tenancy_tenants ADD COLUMN relocation text;
