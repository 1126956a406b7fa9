-- Responses that clients asked to be kept, so that a later request may refer to them. What was said
-- is sealed under the master key; only ids can be read.

CREATE TABLE kept_response (
    organization_id text        NOT NULL,
    key_id          text        NOT NULL,
    response_id     text        NOT NULL,
    item_ids        text[]      NOT NULL,
    sealed          bytea       NOT NULL,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (organization_id, key_id, response_id)
);
CREATE INDEX kept_response_items ON kept_response USING gin (item_ids);
CREATE INDEX kept_response_age ON kept_response (created_at);
