-- expect: nothing
CREATE TABLE orders (
    tenant_id TEXT NOT NULL,
    id INTEGER NOT NULL,
    code TEXT NOT NULL,
    UNIQUE (tenant_id, code),
    PRIMARY KEY (tenant_id, id)
);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON orders
    USING (tenant_id = nullif(current_setting('tenancy.tenant_id', true), ''))
    WITH CHECK (tenant_id = nullif(current_setting('tenancy.tenant_id', true), ''));
GRANT SELECT, INSERT, UPDATE, DELETE ON orders TO tenancy_app;
CREATE TABLE items (
    tenant_id TEXT NOT NULL,
    id INTEGER NOT NULL,
    order_id INTEGER,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, order_id) REFERENCES orders (tenant_id, id) ON DELETE CASCADE
);
ALTER TABLE items ENABLE ROW LEVEL SECURITY;
ALTER TABLE items FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON items
    USING (tenant_id = nullif(current_setting('tenancy.tenant_id', true), ''))
    WITH CHECK (tenant_id = nullif(current_setting('tenancy.tenant_id', true), ''));
GRANT SELECT, INSERT, UPDATE, DELETE ON items TO tenancy_app;
CREATE TABLE countries (code TEXT PRIMARY KEY);
GRANT SELECT, INSERT, UPDATE, DELETE ON countries TO tenancy_app;
