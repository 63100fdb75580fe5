-- expect: foreign-key-acts-across-tenants, unique-without-tenant
CREATE TABLE orders (
    tenant_id TEXT NOT NULL,
    id INTEGER NOT NULL,
    number INTEGER NOT NULL UNIQUE,
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
    FOREIGN KEY (order_id) REFERENCES orders (number) ON DELETE CASCADE ON UPDATE CASCADE
);
ALTER TABLE items ENABLE ROW LEVEL SECURITY;
ALTER TABLE items FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON items
    USING (tenant_id = nullif(current_setting('tenancy.tenant_id', true), ''))
    WITH CHECK (tenant_id = nullif(current_setting('tenancy.tenant_id', true), ''));
GRANT SELECT, INSERT, UPDATE, DELETE ON items TO tenancy_app;
