-- expect: tenant-column-missing
-- tables: orders
-- isolation: column
CREATE TABLE orders (id INTEGER NOT NULL);
