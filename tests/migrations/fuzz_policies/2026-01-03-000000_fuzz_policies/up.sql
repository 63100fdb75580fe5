ALTER TABLE people ENABLE ROW LEVEL SECURITY;
ALTER TABLE people FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON people
    USING (tenant_id = nullif(current_setting('tenancy.tenant_id', true), ''))
    WITH CHECK (tenant_id = nullif(current_setting('tenancy.tenant_id', true), ''));
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON orders
    USING (tenant_id = nullif(current_setting('tenancy.tenant_id', true), ''))
    WITH CHECK (tenant_id = nullif(current_setting('tenancy.tenant_id', true), ''));
ALTER TABLE vouchers ENABLE ROW LEVEL SECURITY;
ALTER TABLE vouchers FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON vouchers
    USING (tenant_id = nullif(current_setting('tenancy.tenant_id', true), ''))
    WITH CHECK (tenant_id = nullif(current_setting('tenancy.tenant_id', true), ''));
ALTER TABLE dropped ENABLE ROW LEVEL SECURITY;
ALTER TABLE dropped FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON dropped
    USING (tenant_id = nullif(current_setting('tenancy.tenant_id', true), ''))
    WITH CHECK (tenant_id = nullif(current_setting('tenancy.tenant_id', true), ''));
