REVOKE ALL ON customers, orders, items, tags, countries FROM tenancy_app;
