GRANT SELECT, INSERT, UPDATE, DELETE ON people, orders, vouchers, dropped, countries TO tenancy_app;
