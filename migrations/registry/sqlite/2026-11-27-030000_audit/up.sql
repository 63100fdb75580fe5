-- The audit log: entries chained by hashes, for each tenant and for the application, which is `-`.
--
-- No foreign key: what was done to a tenant stays when its record goes. Details are text, since they are hashed byte by
-- byte.
CREATE TABLE tenancy_audit (
    tenant TEXT NOT NULL,
    seq INTEGER NOT NULL,
    at TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id TEXT,
    actor_name TEXT,
    action TEXT NOT NULL,
    resource_kind TEXT,
    resource_id TEXT,
    details TEXT NOT NULL,
    ip TEXT,
    user_agent TEXT,
    request_id TEXT,
    scheme TEXT NOT NULL,
    previous BLOB NOT NULL,
    hash BLOB NOT NULL,
    -- Two writers that take the same number are told apart by this.
    CONSTRAINT tenancy_audit_pkey PRIMARY KEY (tenant, seq),
    CONSTRAINT tenancy_audit_seq_check CHECK (seq > 0),
    CONSTRAINT tenancy_audit_details_check CHECK (json_valid(details)),
    CONSTRAINT tenancy_audit_hash_check CHECK (length(previous) = 32 AND length(hash) = 32)
) STRICT;
