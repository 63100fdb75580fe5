-- expect: nothing
CREATE TABLE orders (
    tenant_id TEXT NOT NULL,
    id INTEGER NOT NULL,
    hidden BOOLEAN NOT NULL DEFAULT false,
    PRIMARY KEY (tenant_id, id)
);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON orders FOR SELECT
    USING (tenant_id = nullif(current_setting('tenancy.tenant_id', true), '') AND NOT hidden);
GRANT SELECT ON orders TO tenancy_app;
CREATE POLICY support ON orders TO tenancy_admin
    USING (true)
    WITH CHECK (true);
