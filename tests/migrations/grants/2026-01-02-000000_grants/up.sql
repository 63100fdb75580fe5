-- What the application's role may do in tables that tenants share.
GRANT SELECT, INSERT, UPDATE, DELETE ON customers, orders, items, tags, countries TO tenancy_app;
