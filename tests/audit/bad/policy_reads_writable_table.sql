-- expect: policy-reads-writable-table
CREATE TABLE members (role_name TEXT NOT NULL, key TEXT NOT NULL);
GRANT SELECT, INSERT, UPDATE, DELETE ON members TO tenancy_app;
CREATE TABLE orders (
    tenant_id TEXT NOT NULL,
    id INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON orders
    USING (tenant_id = nullif(current_setting('tenancy.tenant_id', true), '') AND EXISTS (SELECT FROM members WHERE key = tenant_id))
    WITH CHECK (tenant_id = nullif(current_setting('tenancy.tenant_id', true), '') AND EXISTS (SELECT FROM members WHERE key = tenant_id));
GRANT SELECT, INSERT, UPDATE, DELETE ON orders TO tenancy_app;
