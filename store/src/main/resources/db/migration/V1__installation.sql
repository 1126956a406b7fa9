-- One row for the whole installation. Everything else belongs to an organization.
CREATE TABLE installation (
    singleton            boolean     PRIMARY KEY DEFAULT true CHECK (singleton),
    created_at           timestamptz NOT NULL DEFAULT now(),
    -- counts restores: records of an older generation may be shipped, never spent from
    generation           bigint      NOT NULL DEFAULT 1 CHECK (generation > 0),
    -- SLUICE_TEST_CLOCK: the value it was set to, and the one offset all replicas shift by
    test_clock           timestamptz,
    test_clock_offset_ms bigint,
    -- proves that a replica holds the same master key: a known text, encrypted
    master_key_check     bytea,
    -- the one-time set-up token: its SHA-256 while it is open, and when an owner was made
    setup_token_sha256   bytea,
    setup_expires_at     timestamptz,
    setup_done_at        timestamptz,
    CHECK ((test_clock IS NULL) = (test_clock_offset_ms IS NULL)),
    CHECK ((setup_token_sha256 IS NULL) = (setup_expires_at IS NULL))
);

INSERT INTO installation DEFAULT VALUES;
