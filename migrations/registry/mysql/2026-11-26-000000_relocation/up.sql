-- A move between isolations that is under way: from, to, and the attempt that owns it.
ALTER TABLE tenancy_tenants ADD COLUMN relocation VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin;
