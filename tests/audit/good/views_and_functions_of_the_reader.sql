-- expect: nothing
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
CREATE VIEW titles WITH (security_invoker = true) AS SELECT tenant_id, id FROM orders;
GRANT SELECT ON titles TO tenancy_app;
CREATE VIEW for_reports AS SELECT tenant_id, id FROM orders;
CREATE MATERIALIZED VIEW totals AS SELECT count(*) FROM orders;
CREATE FUNCTION every_order() RETURNS SETOF orders LANGUAGE sql
    AS $$ SELECT * FROM orders $$;
-- as: admin
CREATE FUNCTION administer() RETURNS SETOF orders LANGUAGE sql SECURITY DEFINER
    AS $$ SELECT * FROM orders $$;
REVOKE EXECUTE ON FUNCTION administer() FROM PUBLIC;
