-- expect: nothing
CREATE TABLE orders (
    tenant_id VARCHAR(48) NOT NULL,
    id INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON orders
    USING (tenant_id = nullif(current_setting('tenancy.tenant_id', true), ''))
    WITH CHECK (tenant_id = nullif(current_setting('tenancy.tenant_id', true), ''));
GRANT SELECT, INSERT, UPDATE, DELETE ON orders TO tenancy_app;
CREATE TABLE "Order Items" (
    tenant_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
ALTER TABLE "Order Items" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Order Items" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Order Items"
    USING (tenant_id = nullif(current_setting('tenancy.tenant_id', true), '')::integer)
    WITH CHECK (tenant_id = nullif(current_setting('tenancy.tenant_id', true), '')::integer);
GRANT SELECT, INSERT, UPDATE, DELETE ON "Order Items" TO tenancy_app;
