-- The ledger's tables. Amounts of money and pieces are NUMERIC(38,12): a picounit is the last digit.
-- Organizations, teams and keys are named by id without foreign keys: books outlive what they name.

-- What an organization has. Its balance is that of its account `wallet`; held is for calls in flight.
CREATE TABLE wallet (
    organization_id text           PRIMARY KEY,
    currency        text           NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    balance         numeric(38,12) NOT NULL DEFAULT 0,
    held            numeric(38,12) NOT NULL DEFAULT 0 CHECK (held >= 0),
    created_at      timestamptz    NOT NULL
) WITH (fillfactor = 50);

-- One instance of one rule's window: made at its first call, never deleted. `span` is the window's
-- definition ("day Europe/Berlin"), so that a rule given another window starts another count.
CREATE TABLE budget_window (
    organization_id text           NOT NULL,
    rule_id         text           NOT NULL,
    member          text           NOT NULL,
    unit            text           NOT NULL,
    span            text           NOT NULL,
    window_start    timestamptz    NOT NULL,
    window_end      timestamptz,
    spent           numeric(38,12) NOT NULL DEFAULT 0 CHECK (spent >= 0),
    held            numeric(38,12) NOT NULL DEFAULT 0 CHECK (held >= 0),
    calls           bigint         NOT NULL DEFAULT 0 CHECK (calls >= 0),
    PRIMARY KEY (organization_id, rule_id, member, unit, span, window_start)
) WITH (fillfactor = 50);

-- Open holds. Settling deletes the row: whoever deletes it settles. A closed row bars a hold whose
-- caller was already told that it could not be had; the sweeper removes it later.
CREATE TABLE hold (
    request_id      text           PRIMARY KEY,
    organization_id text           NOT NULL,
    state           text           NOT NULL CHECK (state IN ('open', 'closed')),
    replica         text           NOT NULL,
    opened_at       timestamptz    NOT NULL,
    deadline        timestamptz    NOT NULL,
    admitted_at     timestamptz    NOT NULL,
    amount          numeric(38,12) NOT NULL CHECK (amount >= 0),
    wallet_held     numeric(38,12) CHECK (wallet_held >= 0),
    credit_limit    numeric(38,12),
    output_tokens   bigint         NOT NULL,
    windows         jsonb          NOT NULL,
    origin          jsonb          NOT NULL
);
CREATE INDEX hold_of_organization ON hold (organization_id, admitted_at DESC, request_id DESC);
CREATE INDEX hold_deadline ON hold (deadline);

-- Double entry, append-only: each row moves one amount from debit to credit, so every sum is zero.
CREATE TABLE transfer (
    id              text           COLLATE "C" PRIMARY KEY,
    organization_id text           NOT NULL,
    at              timestamptz    NOT NULL,
    kind            text           NOT NULL CHECK (kind IN ('topup', 'charge', 'provider_cost',
        'absorbed', 'refund', 'adjustment', 'credit', 'expiry', 'hold', 'release')),
    request_id      text,
    attempt_id      text,
    debit           text           NOT NULL,
    credit          text           NOT NULL,
    amount          numeric(38,12) NOT NULL CHECK (amount > 0),
    currency        text           NOT NULL,
    reference       text,
    reason          text,
    actor           text,
    CHECK (debit <> credit)
);
CREATE INDEX transfer_of_organization ON transfer (organization_id, id DESC);
CREATE INDEX transfer_of_request ON transfer (request_id) WHERE request_id IS NOT NULL;
CREATE UNIQUE INDEX transfer_once_per_attempt ON transfer (attempt_id, kind)
    WHERE attempt_id IS NOT NULL;
CREATE UNIQUE INDEX transfer_once_per_reference ON transfer (organization_id, kind, reference)
    WHERE reference IS NOT NULL;

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: book a new row instead', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER transfer_append_only BEFORE UPDATE OR DELETE ON transfer
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER transfer_never_truncated BEFORE TRUNCATE ON transfer
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Totals per account, written in the transaction of their transfers.
CREATE TABLE account (
    organization_id text           NOT NULL,
    name            text           NOT NULL,
    currency        text           NOT NULL,
    debits          numeric(38,12) NOT NULL DEFAULT 0 CHECK (debits >= 0),
    credits         numeric(38,12) NOT NULL DEFAULT 0 CHECK (credits >= 0),
    PRIMARY KEY (organization_id, name, currency)
) WITH (fillfactor = 50);

-- One row per call that ended. organization_id is null for calls with an unknown credential: they
-- belong to the installation. `measures` is exactly what the call added to usage_rollup.
CREATE TABLE call (
    request_id           text           COLLATE "C" PRIMARY KEY,
    seq                  bigint         NOT NULL GENERATED ALWAYS AS IDENTITY,
    organization_id      text,
    state                text           NOT NULL CHECK (state IN ('settled', 'refused')),
    count                bigint         NOT NULL DEFAULT 1 CHECK (count > 0),
    admitted_at          timestamptz    NOT NULL,
    ended_at             timestamptz    NOT NULL,
    endpoint             text           NOT NULL,
    stream               boolean        NOT NULL,
    team_id              text,
    key_id               text,
    owner                text,
    environment          text,
    workflow             text,
    product_area         text,
    customer             text,
    plan                 text,
    traffic_class        text,
    end_user             text,
    action_id            text,
    tags                 jsonb          NOT NULL DEFAULT '{}',
    model                text,
    model_served         text,
    upstream_id          text,
    upstream             text,
    provider             text,
    provider_request_ids text[]         NOT NULL DEFAULT '{}',
    status_code          integer        NOT NULL,
    error_code           text,
    finish_reason        text,
    service_tier         text,
    rule                 text,
    estimated            boolean        NOT NULL DEFAULT false,
    hold_usd             numeric(38,12),
    hold_output_tokens   bigint,
    cost_usd             numeric(38,12) NOT NULL DEFAULT 0,
    absorbed_usd         numeric(38,12) NOT NULL DEFAULT 0,
    provider_usd         numeric(38,12) NOT NULL DEFAULT 0,
    price_version        text,
    meters               jsonb          NOT NULL DEFAULT '{}',
    measures             jsonb          NOT NULL DEFAULT '{}',
    cost_lines           jsonb          NOT NULL DEFAULT '[]',
    attempts             jsonb          NOT NULL DEFAULT '[]',
    decisions            jsonb          NOT NULL DEFAULT '[]',
    windows              jsonb          NOT NULL DEFAULT '[]',
    held_ms              bigint,
    first_byte_ms        bigint
);
-- Lists are newest first and by keyset; what is rare has a partial index, what is common shares
-- the first one.
CREATE INDEX call_newest ON call (organization_id, admitted_at DESC, request_id DESC);
CREATE INDEX call_of_key ON call (organization_id, key_id, admitted_at DESC, request_id DESC);
CREATE INDEX call_of_model ON call (organization_id, model, admitted_at DESC, request_id DESC);
CREATE INDEX call_of_customer ON call (organization_id, customer, admitted_at DESC, request_id DESC)
    WHERE customer IS NOT NULL;
CREATE INDEX call_of_action ON call (organization_id, action_id) WHERE action_id IS NOT NULL;
CREATE INDEX call_with_error ON call (organization_id, admitted_at DESC, request_id DESC)
    WHERE status_code >= 400;
CREATE INDEX call_of_provider_request ON call USING gin (provider_request_ids);
CREATE INDEX call_tail ON call (organization_id, seq);

-- What was used, at a 15-minute UTC grain of admission, written with the call rows. `dims` is the
-- MD5 of the dimensions as a uuid, so that the key stays narrow; '' stands for an absent dimension.
CREATE TABLE usage_rollup (
    organization_id text           NOT NULL,
    slot            timestamptz    NOT NULL,
    dims            uuid           NOT NULL,
    unit            text           NOT NULL,
    quantity        numeric(38,12) NOT NULL,
    team            text           NOT NULL,
    key             text           NOT NULL,
    owner           text           NOT NULL,
    environment     text           NOT NULL,
    workflow        text           NOT NULL,
    product_area    text           NOT NULL,
    customer        text           NOT NULL,
    plan            text           NOT NULL,
    traffic_class   text           NOT NULL,
    model           text           NOT NULL,
    upstream        text           NOT NULL,
    PRIMARY KEY (organization_id, slot, dims, unit)
) WITH (fillfactor = 70);

-- Idempotency-Key of model calls, kept 24 hours.
CREATE TABLE idempotency (
    organization_id text        NOT NULL,
    key_id          text        NOT NULL,
    method          text        NOT NULL,
    path            text        NOT NULL,
    idem_key        text        NOT NULL,
    body_sha256     text        NOT NULL,
    request_id      text        NOT NULL,
    replica         text        NOT NULL,
    state           text        NOT NULL CHECK (state IN ('running', 'finished')),
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (organization_id, key_id, method, path, idem_key)
);
CREATE INDEX idempotency_age ON idempotency (created_at);
