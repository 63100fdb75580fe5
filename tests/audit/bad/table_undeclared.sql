-- expect: table-undeclared
-- tables: orders
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
GRANT SELECT, INSERT, UPDATE, DELETE ON orders TO tenancy_app;
CREATE TABLE invoices (
    tenant_id TEXT NOT NULL,
    id INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
ALTER TABLE invoices ENABLE ROW LEVEL SECURITY;
ALTER TABLE invoices FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON invoices
    USING (tenant_id = nullif(current_setting('tenancy.tenant_id', true), ''))
    WITH CHECK (tenant_id = nullif(current_setting('tenancy.tenant_id', true), ''));
GRANT SELECT, INSERT, UPDATE, DELETE ON invoices TO tenancy_app;
