-- Responses that clients asked to be kept: the input of each turn and its answer, sealed for the row.
CREATE TABLE kept_response (
    organization_id text        NOT NULL,
    key_id          text        NOT NULL,
    response_id     text        NOT NULL,
    previous_id     text,
    upstream_id     text,
    sealed          bytea       NOT NULL,
    created_at      timestamptz NOT NULL,
    used_at         timestamptz NOT NULL,
    PRIMARY KEY (organization_id, key_id, response_id)
);
CREATE INDEX kept_response_use ON kept_response (used_at);
COMMENT ON COLUMN kept_response.upstream_id IS 'the account that keeps it under the same id, if any';
