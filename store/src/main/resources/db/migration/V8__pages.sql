-- What the dashboard needs kept.

-- Keys that Sluice makes itself, for tests of upstreams: they live for minutes and are in no list of
-- keys. `upstream_id` pins their calls to one upstream.
ALTER TABLE api_key ADD COLUMN minted_for text CHECK (minted_for IN ('test'));
ALTER TABLE api_key ADD COLUMN upstream_id text;

-- When an organization's books were proved last, and what that found.
CREATE TABLE ledger_proof (
    organization_id text        PRIMARY KEY,
    -- also the claim of the replica that proves them now
    started_at      timestamptz NOT NULL,
    -- null until the first proof is done
    finished_at     timestamptz,
    ok              boolean     NOT NULL DEFAULT false,
    checked         bigint      NOT NULL DEFAULT 0,
    problems        integer     NOT NULL DEFAULT 0
);
