-- expect: tenant-column-collation
-- isolation: column
CREATE COLLATION anycase (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE orders (
    tenant_id TEXT COLLATE anycase NOT NULL,
    id INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON orders TO tenancy_app;
