-- The audit log: entries chained by hashes, for each tenant and for the application, which is `-`.
--
-- No foreign key: what was done to a tenant stays when its record goes. Whoever writes needs SELECT and INSERT and nothing
-- else. Details are text, since they are hashed byte by byte.
CREATE TABLE tenancy_audit (
    tenant VARCHAR(48) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    seq BIGINT NOT NULL,
    at DATETIME(6) NOT NULL,
    actor_kind VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    actor_id VARCHAR(200),
    actor_name VARCHAR(200),
    action VARCHAR(100) NOT NULL,
    resource_kind VARCHAR(100),
    resource_id VARCHAR(200),
    details LONGTEXT NOT NULL,
    ip VARCHAR(45) CHARACTER SET ascii COLLATE ascii_bin,
    user_agent VARCHAR(400),
    request_id VARCHAR(200),
    scheme VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    previous VARBINARY(32) NOT NULL,
    hash VARBINARY(32) NOT NULL,
    -- Two writers that take the same number are told apart by this.
    CONSTRAINT tenancy_audit_pkey PRIMARY KEY (tenant, seq),
    CONSTRAINT tenancy_audit_seq_check CHECK (seq > 0),
    CONSTRAINT tenancy_audit_details_check CHECK (JSON_VALID(details)),
    CONSTRAINT tenancy_audit_hash_check CHECK (LENGTH(previous) = 32 AND LENGTH(hash) = 32)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
