-- Keys that are unique across tenants, as in a table that became multi-tenant later.
CREATE TABLE coupons (
    id INTEGER NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    code TEXT NOT NULL UNIQUE,
    uses INTEGER NOT NULL DEFAULT 0
);
