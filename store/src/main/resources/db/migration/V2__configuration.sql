-- What the management plane keeps. Every table carries organization_id; `revision` counts the
-- changes of a row (its ETag); rows with owned_by_file belong to sluice.yaml and are read-only
-- elsewhere. Names compare exactly, ids sort by the time they were made.

CREATE TABLE organization (
    id            text           COLLATE "C" PRIMARY KEY,
    name          text           NOT NULL UNIQUE,
    time_zone     text           NOT NULL,
    currency      text           NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    billing_mode  text           NOT NULL CHECK (billing_mode IN ('prepaid', 'postpaid')),
    credit_limit  numeric(38,12) NOT NULL CHECK (credit_limit >= 0),
    multiply      numeric(38,12) CHECK (multiply >= 0),
    sandbox       boolean        NOT NULL DEFAULT false,
    -- the policy of the file; 'open' is the only one so far
    posture       text           NOT NULL DEFAULT 'open' CHECK (posture IN ('open')),
    owned_by_file boolean        NOT NULL DEFAULT false,
    revision      bigint         NOT NULL DEFAULT 1,
    created_at    timestamptz    NOT NULL,
    CHECK (billing_mode = 'postpaid' OR credit_limit = 0)
);

CREATE TABLE team (
    id              text           COLLATE "C" PRIMARY KEY,
    organization_id text           NOT NULL REFERENCES organization,
    name            text           NOT NULL,
    budget_owner    text,
    multiply        numeric(38,12) CHECK (multiply >= 0),
    owned_by_file   boolean        NOT NULL DEFAULT false,
    revision        bigint         NOT NULL DEFAULT 1,
    created_at      timestamptz    NOT NULL,
    UNIQUE (organization_id, name),
    UNIQUE (organization_id, id)
);

-- Humans.
CREATE TABLE app_user (
    id              text        COLLATE "C" PRIMARY KEY,
    organization_id text        NOT NULL REFERENCES organization,
    name            text        NOT NULL,
    email           text,
    team_id         text,
    owned_by_file   boolean     NOT NULL DEFAULT false,
    revision        bigint      NOT NULL DEFAULT 1,
    created_at      timestamptz NOT NULL,
    UNIQUE (organization_id, name),
    UNIQUE (organization_id, id),
    FOREIGN KEY (organization_id, team_id) REFERENCES team (organization_id, id)
);

-- Machine callers.
CREATE TABLE service (
    id              text        COLLATE "C" PRIMARY KEY,
    organization_id text        NOT NULL REFERENCES organization,
    name            text        NOT NULL,
    description     text,
    -- the human who answers for it
    user_id         text,
    team_id         text,
    owned_by_file   boolean     NOT NULL DEFAULT false,
    revision        bigint      NOT NULL DEFAULT 1,
    created_at      timestamptz NOT NULL,
    UNIQUE (organization_id, name),
    UNIQUE (organization_id, id),
    FOREIGN KEY (organization_id, team_id) REFERENCES team (organization_id, id),
    FOREIGN KEY (organization_id, user_id) REFERENCES app_user (organization_id, id)
);

CREATE TABLE plan (
    id              text           COLLATE "C" PRIMARY KEY,
    organization_id text           NOT NULL REFERENCES organization,
    name            text           NOT NULL,
    multiply        numeric(38,12) CHECK (multiply >= 0),
    owned_by_file   boolean        NOT NULL DEFAULT false,
    revision        bigint         NOT NULL DEFAULT 1,
    created_at      timestamptz    NOT NULL,
    UNIQUE (organization_id, name)
);

-- `credential` is sealed under the master key and bound to the row's id. `by_installation`: its
-- address was named by the operator and may be private. `shared`: every organization may use it.
CREATE TABLE upstream (
    id              text        COLLATE "C" PRIMARY KEY,
    organization_id text        NOT NULL REFERENCES organization,
    name            text        NOT NULL,
    provider        text        NOT NULL,
    base_url        text        NOT NULL,
    dialects        text[]      NOT NULL,
    region          text,
    credential      bytea,
    credential_at   timestamptz,
    timeouts        jsonb       NOT NULL DEFAULT '{}',
    limits          jsonb       NOT NULL DEFAULT '{}',
    drained         boolean     NOT NULL DEFAULT false,
    shared          boolean     NOT NULL DEFAULT false,
    by_installation boolean     NOT NULL DEFAULT false,
    owned_by_file   boolean     NOT NULL DEFAULT false,
    revision        bigint      NOT NULL DEFAULT 1,
    created_at      timestamptz NOT NULL,
    UNIQUE (organization_id, name)
);

CREATE TABLE model (
    id                text        COLLATE "C" PRIMARY KEY,
    organization_id   text        NOT NULL REFERENCES organization,
    name              text        NOT NULL,
    strategy          text        NOT NULL CHECK (strategy IN ('priority', 'weighted')),
    price             jsonb,
    max_output_tokens bigint      CHECK (max_output_tokens > 0),
    context_window    bigint      CHECK (context_window > 0),
    owned_by_file     boolean     NOT NULL DEFAULT false,
    revision          bigint      NOT NULL DEFAULT 1,
    created_at        timestamptz NOT NULL,
    UNIQUE (organization_id, name)
);

CREATE TABLE model_target (
    organization_id text    NOT NULL REFERENCES organization,
    model_id        text    NOT NULL REFERENCES model ON DELETE CASCADE,
    position        integer NOT NULL,
    upstream_id     text    NOT NULL REFERENCES upstream,
    upstream_model  text    NOT NULL,
    priority        integer NOT NULL CHECK (priority > 0),
    weight          integer NOT NULL CHECK (weight > 0),
    PRIMARY KEY (model_id, position)
);
CREATE INDEX model_target_of_upstream ON model_target (upstream_id);

-- Own prices over the shipped book: the newest row in force wins. A correction is a newer row; only
-- a row that was never in force may be withdrawn.
CREATE TABLE price_row (
    id              text        COLLATE "C" PRIMARY KEY,
    organization_id text        NOT NULL REFERENCES organization,
    provider        text        NOT NULL,
    model           text        NOT NULL,
    price           jsonb       NOT NULL,
    source          text,
    effective_at    timestamptz NOT NULL,
    shared          boolean     NOT NULL DEFAULT false,
    owned_by_file   boolean     NOT NULL DEFAULT false,
    revision        bigint      NOT NULL DEFAULT 1,
    created_at      timestamptz NOT NULL,
    UNIQUE (organization_id, provider, model, effective_at)
);

-- `scope`: {team, key, environment, model}, ids for the first two. `calendar` null = lifetime.
CREATE TABLE quota_rule (
    id              text           COLLATE "C" PRIMARY KEY,
    organization_id text           NOT NULL REFERENCES organization,
    name            text           NOT NULL,
    scope           jsonb          NOT NULL,
    unit            text           NOT NULL,
    limit_amount    numeric(38,12) NOT NULL CHECK (limit_amount >= 0),
    calendar        text           CHECK (calendar IN ('minute', 'hour', 'day', 'week', 'month')),
    time_zone       text,
    clamp           boolean        NOT NULL,
    shadow          boolean        NOT NULL,
    alerts          integer[]      NOT NULL,
    owner           text,
    message         text,
    upgrade_url     text,
    owned_by_file   boolean        NOT NULL DEFAULT false,
    revision        bigint         NOT NULL DEFAULT 1,
    created_at      timestamptz    NOT NULL,
    UNIQUE (organization_id, name),
    CHECK (calendar IS NOT NULL OR time_zone IS NULL)
);

-- Gateway keys. What opens the door is in api_key_secret.
CREATE TABLE api_key (
    id                text        COLLATE "C" PRIMARY KEY,
    organization_id   text        NOT NULL REFERENCES organization,
    label             text        NOT NULL,
    team_id           text,
    owner             text        NOT NULL,
    environment       text        NOT NULL,
    workflow          text,
    customer          text,
    purpose           text,
    product_area      text,
    plan              text,
    traffic_class     text,
    storage_ref       text,
    models            text[]      NOT NULL DEFAULT '{}',
    endpoint_families text[]      NOT NULL DEFAULT '{}',
    actions           text[]      NOT NULL DEFAULT '{}',
    data_classes      text[]      NOT NULL DEFAULT '{}',
    allowed_ips       text[]      NOT NULL DEFAULT '{}',
    rotate_days       integer     CHECK (rotate_days > 0),
    expires_at        timestamptz,
    rotated_at        timestamptz NOT NULL,
    last_used_at      timestamptz,
    revoked_at        timestamptz,
    owned_by_file     boolean     NOT NULL DEFAULT false,
    revision          bigint      NOT NULL DEFAULT 1,
    created_at        timestamptz NOT NULL,
    UNIQUE (organization_id, label),
    FOREIGN KEY (organization_id, team_id) REFERENCES team (organization_id, id)
);

-- Digests of credentials; a rotated key has two until the overlap ends.
CREATE TABLE api_key_secret (
    digest          text        PRIMARY KEY,
    organization_id text        NOT NULL REFERENCES organization,
    key_id          text        NOT NULL REFERENCES api_key ON DELETE CASCADE,
    created_at      timestamptz NOT NULL,
    not_after       timestamptz
);
CREATE INDEX api_key_secret_of_key ON api_key_secret (key_id);

-- Management credentials of one organization each.
CREATE TABLE admin_token (
    id              text        COLLATE "C" PRIMARY KEY,
    organization_id text        NOT NULL REFERENCES organization,
    digest          text        NOT NULL UNIQUE,
    owner           text        NOT NULL,
    expires_at      timestamptz,
    revoked_at      timestamptz,
    created_at      timestamptz NOT NULL
);

-- Who holds which role since when, granted by whom. Null team or environment: all of them.
CREATE TABLE role_binding (
    organization_id text        NOT NULL REFERENCES organization,
    token_id        text        NOT NULL REFERENCES admin_token ON DELETE CASCADE,
    role            text        NOT NULL,
    team_id         text,
    environment     text,
    granted_by      text        NOT NULL,
    created_at      timestamptz NOT NULL
);
CREATE INDEX role_binding_of_token ON role_binding (token_id);

-- Every change, without secrets. No foreign key: the log outlives what it speaks of.
CREATE TABLE audit_event (
    id              text        COLLATE "C" PRIMARY KEY,
    organization_id text        NOT NULL,
    at              timestamptz NOT NULL,
    actor           text        NOT NULL,
    remote_address  text,
    request_id      text,
    action          text        NOT NULL,
    subject_kind    text        NOT NULL,
    subject_id      text        NOT NULL,
    subject_name    text,
    before          jsonb,
    after           jsonb
);
CREATE INDEX audit_event_of_organization ON audit_event (organization_id, id DESC);

CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit_event is append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE ON audit_event
    FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_event_never_truncated BEFORE TRUNCATE ON audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();

-- Counts the changes of the configuration of the whole installation; replicas compare it.
CREATE TABLE config_version (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    version   bigint  NOT NULL
);
INSERT INTO config_version (version) VALUES (1);

-- Idempotency-Key of management calls, kept 24 hours. `organization_id` is '-' for calls that name
-- none. An answer that showed a secret is not kept, only what it was about.
CREATE TABLE idempotent_request (
    organization_id text        NOT NULL,
    actor           text        NOT NULL,
    path            text        NOT NULL,
    idem_key        text        NOT NULL,
    body_sha256     text        NOT NULL,
    state           text        NOT NULL CHECK (state IN ('running', 'finished')),
    status          integer,
    headers         jsonb,
    body            bytea,
    subject         text,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (organization_id, actor, path, idem_key)
);
CREATE INDEX idempotent_request_age ON idempotent_request (created_at);
