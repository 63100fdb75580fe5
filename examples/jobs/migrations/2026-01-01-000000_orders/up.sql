CREATE TABLE orders (
    tenant_id TEXT NOT NULL,
    id INTEGER NOT NULL,
    quantity INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

-- One for each job: a job that is done twice leaves one report.
CREATE TABLE reports (
    tenant_id TEXT NOT NULL,
    job TEXT NOT NULL,
    orders BIGINT NOT NULL,
    quantity BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, job)
);
