-- The second wall: rows of the tenant that the transaction was told about, and no others.
ALTER TABLE customers ENABLE ROW LEVEL SECURITY;
ALTER TABLE customers FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON customers
    USING (tenant_id = nullif(current_setting('tenancy.tenant_id', true), ''))
    WITH CHECK (tenant_id = nullif(current_setting('tenancy.tenant_id', true), ''));
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON orders
    USING (tenant_id = nullif(current_setting('tenancy.tenant_id', true), ''))
    WITH CHECK (tenant_id = nullif(current_setting('tenancy.tenant_id', true), ''));
ALTER TABLE items ENABLE ROW LEVEL SECURITY;
ALTER TABLE items FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON items
    USING (tenant_id = nullif(current_setting('tenancy.tenant_id', true), ''))
    WITH CHECK (tenant_id = nullif(current_setting('tenancy.tenant_id', true), ''));
ALTER TABLE tags ENABLE ROW LEVEL SECURITY;
ALTER TABLE tags FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON tags
    USING (tenant_id = nullif(current_setting('tenancy.tenant_id', true), ''))
    WITH CHECK (tenant_id = nullif(current_setting('tenancy.tenant_id', true), ''));
