-- expect: tenant-column-missing, unique-without-tenant
-- tables: orders
-- isolation: column
CREATE TABLE orders (id INTEGER PRIMARY KEY);
