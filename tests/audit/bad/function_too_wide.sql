-- expect: policy-too-wide
CREATE FUNCTION current_tenant() RETURNS TEXT LANGUAGE sql STABLE
    AS $$ SELECT 'b'::text WHERE nullif(current_setting('tenancy.tenant_id', true), '') IS NOT NULL $$;
CREATE TABLE orders (
    tenant_id TEXT NOT NULL,
    id INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON orders
    USING (tenant_id IN (nullif(current_setting('tenancy.tenant_id', true), ''), current_tenant()))
    WITH CHECK (tenant_id IN (nullif(current_setting('tenancy.tenant_id', true), ''), current_tenant()));
GRANT SELECT, INSERT, UPDATE, DELETE ON orders TO tenancy_app;
