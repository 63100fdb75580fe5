-- expect: role-replicates
-- role: tenancy_replica
CREATE TABLE orders (
    tenant_id TEXT NOT NULL,
    id INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON orders
    USING (tenant_id = nullif(current_setting('tenancy.tenant_id', true), ''))
    WITH CHECK (tenant_id = nullif(current_setting('tenancy.tenant_id', true), ''));
