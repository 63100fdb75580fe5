-- What a copy could get wrong: keys in an order, keys into the own table, values that the database makes, types of
-- one's own, and tables in which a row twice is no error.
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TABLE people (
    tenant_id TEXT NOT NULL,
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    boss BIGINT,
    name TEXT NOT NULL,
    shout TEXT GENERATED ALWAYS AS (upper(name)) STORED,
    moods mood[],
    height DOUBLE PRECISION,
    born TIMESTAMPTZ,
    paid NUMERIC,
    about JSONB,
    photo BYTEA,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, boss) REFERENCES people (tenant_id, id)
);
CREATE TABLE notes (
    tenant_id TEXT NOT NULL,
    id BIGSERIAL,
    person BIGINT NOT NULL,
    text TEXT,
    -- Counts down.
    place BIGINT GENERATED ALWAYS AS IDENTITY (INCREMENT BY -1),
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, person) REFERENCES people (tenant_id, id)
);
CREATE TABLE events (
    tenant_id TEXT NOT NULL,
    number BIGINT NOT NULL
);
CREATE INDEX events_tenant_id_number_idx ON events (tenant_id, number);
CREATE TABLE counters (
    tenant_id TEXT NOT NULL,
    id INTEGER NOT NULL,
    value BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
