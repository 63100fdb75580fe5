CREATE TABLE customers (
    tenant_id TEXT NOT NULL,
    id INTEGER NOT NULL,
    name TEXT NOT NULL,
    country TEXT,
    PRIMARY KEY (tenant_id, id)
);
CREATE TABLE orders (
    tenant_id TEXT NOT NULL,
    id INTEGER NOT NULL,
    customer_id INTEGER NOT NULL,
    title TEXT NOT NULL DEFAULT 'untitled',
    amount INTEGER NOT NULL DEFAULT 0,
    note TEXT,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id)
);
CREATE TABLE items (
    tenant_id TEXT NOT NULL,
    order_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    product TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, order_id, number)
);
CREATE TABLE tags (
    tenant_id TEXT NOT NULL,
    order_id INTEGER NOT NULL DEFAULT 1,
    position INTEGER NOT NULL DEFAULT 1,
    label TEXT NOT NULL DEFAULT 'new',
    PRIMARY KEY (tenant_id, order_id, position)
);
CREATE TABLE countries (
    code TEXT PRIMARY KEY,
    name TEXT NOT NULL
);
