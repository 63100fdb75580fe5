-- expect: nothing
CREATE TABLE orders (
    tenant_id TEXT NOT NULL,
    id INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders FORCE ROW LEVEL SECURITY;
CREATE POLICY reading ON orders FOR SELECT
    USING (tenant_id = nullif(current_setting('tenancy.tenant_id', true), ''));
CREATE POLICY adding ON orders FOR INSERT
    WITH CHECK (tenant_id = nullif(current_setting('tenancy.tenant_id', true), ''));
CREATE POLICY changing ON orders FOR UPDATE
    USING (tenant_id = nullif(current_setting('tenancy.tenant_id', true), ''))
    WITH CHECK (tenant_id = nullif(current_setting('tenancy.tenant_id', true), ''));
CREATE POLICY removing ON orders FOR DELETE
    USING (tenant_id = nullif(current_setting('tenancy.tenant_id', true), ''));
GRANT SELECT, INSERT, UPDATE, DELETE ON orders TO tenancy_app;
