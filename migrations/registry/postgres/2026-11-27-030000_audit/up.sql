-- The audit log: entries chained by hashes, for each tenant and for the application, which is `-`.
--
-- No foreign key: what was done to a tenant stays when its record goes. Whoever writes needs SELECT and INSERT and nothing
-- else. Details are text, since they are hashed byte by byte: read them with `details::jsonb`.
CREATE TABLE tenancy_audit (
    tenant text COLLATE "C" NOT NULL,
    seq bigint NOT NULL,
    at timestamptz NOT NULL,
    actor_kind text NOT NULL,
    actor_id text,
    actor_name text,
    action text NOT NULL,
    resource_kind text,
    resource_id text,
    details text NOT NULL,
    ip text,
    user_agent text,
    request_id text,
    scheme text NOT NULL,
    previous bytea NOT NULL,
    hash bytea NOT NULL,
    -- Two writers that take the same number are told apart by this.
    CONSTRAINT tenancy_audit_pkey PRIMARY KEY (tenant, seq),
    CONSTRAINT tenancy_audit_seq_check CHECK (seq > 0),
    CONSTRAINT tenancy_audit_details_check CHECK (json_typeof(details::json) = 'object'),
    CONSTRAINT tenancy_audit_hash_check CHECK (octet_length(previous) = 32 AND octet_length(hash) = 32)
);
