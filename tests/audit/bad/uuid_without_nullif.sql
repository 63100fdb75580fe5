-- expect: policy-fails-when-empty
CREATE TABLE orders (
    tenant_id UUID NOT NULL,
    id INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON orders
    USING (tenant_id = current_setting('tenancy.tenant_id', true)::uuid)
    WITH CHECK (tenant_id = current_setting('tenancy.tenant_id', true)::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON orders TO tenancy_app;
