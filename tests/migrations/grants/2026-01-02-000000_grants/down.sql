REVOKE ALL ON customers, orders, countries FROM tenancy_app;
