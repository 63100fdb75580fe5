-- A key needs a length on MySQL. Texts compare byte by byte, as they do on the other backends.
CREATE TABLE customers (
    tenant_id VARCHAR(48) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    id INTEGER NOT NULL,
    name TEXT NOT NULL,
    country VARCHAR(2),
    PRIMARY KEY (tenant_id, id)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE TABLE orders (
    tenant_id VARCHAR(48) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    id INTEGER NOT NULL,
    customer_id INTEGER NOT NULL,
    title VARCHAR(200) NOT NULL DEFAULT 'untitled',
    amount INTEGER NOT NULL DEFAULT 0,
    note TEXT,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE TABLE items (
    tenant_id VARCHAR(48) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    order_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    product TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, order_id, number)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE TABLE tags (
    tenant_id VARCHAR(48) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    order_id INTEGER NOT NULL DEFAULT 1,
    position INTEGER NOT NULL DEFAULT 1,
    label VARCHAR(200) NOT NULL DEFAULT 'new',
    PRIMARY KEY (tenant_id, order_id, position)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE TABLE countries (
    code VARCHAR(2) PRIMARY KEY,
    name TEXT NOT NULL
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
