REVOKE SELECT, INSERT, UPDATE, DELETE ON people, orders, vouchers, dropped, countries FROM tenancy_app;
