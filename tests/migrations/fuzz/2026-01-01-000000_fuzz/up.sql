CREATE TABLE people (
    tenant_id TEXT NOT NULL,
    id INTEGER NOT NULL,
    name TEXT NOT NULL,
    country TEXT,
    mark TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
-- No foreign keys: rows come and go in any order, and left joins find nothing as often as something.
CREATE TABLE orders (
    tenant_id TEXT NOT NULL,
    id INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    title TEXT NOT NULL DEFAULT 'untitled',
    amount INTEGER NOT NULL DEFAULT 0,
    note TEXT,
    mark TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, id)
);
-- `code` is unique across tenants wherever they share the table: what an upsert meets there may be another's.
CREATE TABLE vouchers (
    tenant_id TEXT NOT NULL,
    id INTEGER NOT NULL,
    code VARCHAR(20) NOT NULL UNIQUE,
    uses INTEGER NOT NULL DEFAULT 0,
    mark TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
-- Written by futures that are dropped halfway, and by nothing else.
CREATE TABLE dropped (
    tenant_id TEXT NOT NULL,
    id INTEGER NOT NULL,
    mark TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE TABLE countries (
    code VARCHAR(2) NOT NULL PRIMARY KEY,
    name TEXT NOT NULL
);
