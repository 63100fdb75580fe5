-- expect: policy-not-understood
-- connect: owner
-- role: tenancy_app
CREATE TABLE orders (
    tenant_id TEXT NOT NULL,
    id INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON orders
    USING (lower(tenant_id) = nullif(current_setting('tenancy.tenant_id', true), ''))
    WITH CHECK (lower(tenant_id) = nullif(current_setting('tenancy.tenant_id', true), ''));
