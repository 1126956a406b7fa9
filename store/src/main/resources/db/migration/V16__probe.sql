-- What smoke tests found out, check by check: the newest row of an upstream's model and endpoint
-- family is its availability, the others are its history. `own_address`: the upstream is at its
-- provider's own address, so that what was found is true of the provider.
CREATE TABLE probe (
    id              text           COLLATE "C" PRIMARY KEY,
    organization_id text           NOT NULL REFERENCES organization,
    request_id      text           NOT NULL,
    test            text           NOT NULL,
    model           text           NOT NULL,
    family          text           NOT NULL,
    upstream        text           NOT NULL,
    provider        text           NOT NULL,
    upstream_model  text           NOT NULL,
    own_address     boolean        NOT NULL,
    label           text           NOT NULL
        CHECK (label IN ('available', 'official_unsupported', 'unknown_failure', 'simulated')),
    note            text,
    status          integer,
    cost_usd        numeric(38,12) NOT NULL,
    probed_at       timestamptz    NOT NULL,
    UNIQUE (organization_id, request_id)
);
CREATE INDEX probe_of_model ON probe (organization_id, model, id DESC);
CREATE INDEX probe_of_provider ON probe (provider, upstream_model, probed_at DESC)
    WHERE own_address AND test = 'text';
