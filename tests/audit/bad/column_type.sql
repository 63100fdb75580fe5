-- expect: tenant-column-type
CREATE TABLE orders (
    tenant_id NUMERIC NOT NULL,
    id INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON orders
    USING (tenant_id = nullif(current_setting('tenancy.tenant_id', true), '')::numeric)
    WITH CHECK (tenant_id = nullif(current_setting('tenancy.tenant_id', true), '')::numeric);
GRANT SELECT, INSERT, UPDATE, DELETE ON orders TO tenancy_app;
