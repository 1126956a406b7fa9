-- People who sign in with a password. An account is one user of one organization; its e-mail
-- address is its name at the door, so it is unique in the installation. `password` is a PHC string.
CREATE TABLE local_account (
    id                  text        COLLATE "C" PRIMARY KEY,
    organization_id     text        NOT NULL REFERENCES organization,
    user_id             text        NOT NULL,
    email               text        NOT NULL UNIQUE CHECK (email = lower(email)),
    password            text        NOT NULL,
    password_changed_at timestamptz NOT NULL,
    last_sign_in_at     timestamptz,
    disabled_at         timestamptz,
    created_at          timestamptz NOT NULL,
    UNIQUE (organization_id, user_id),
    FOREIGN KEY (organization_id, user_id) REFERENCES app_user (organization_id, id)
);

-- Who is signed in where. The cookie's value is in here as a digest only.
CREATE TABLE account_session (
    id              text        COLLATE "C" PRIMARY KEY,
    organization_id text        NOT NULL REFERENCES organization,
    account_id      text        NOT NULL REFERENCES local_account ON DELETE CASCADE,
    digest          text        NOT NULL UNIQUE,
    remote_address  text        NOT NULL,
    user_agent      text,
    last_seen_at    timestamptz NOT NULL,
    expires_at      timestamptz NOT NULL,
    revoked_at      timestamptz,
    created_at      timestamptz NOT NULL
);
CREATE INDEX account_session_of_account ON account_session (account_id, id DESC);

-- One-time tokens that make an account, or set the password of the account they name.
CREATE TABLE invitation (
    id              text        COLLATE "C" PRIMARY KEY,
    organization_id text        NOT NULL REFERENCES organization,
    account_id      text        REFERENCES local_account ON DELETE CASCADE,
    email           text        NOT NULL CHECK (email = lower(email)),
    user_name       text        NOT NULL,
    roles           text[]      NOT NULL,
    digest          text        NOT NULL UNIQUE,
    invited_by      text        NOT NULL,
    expires_at      timestamptz NOT NULL,
    accepted_at     timestamptz,
    revoked_at      timestamptz,
    created_at      timestamptz NOT NULL
);
CREATE INDEX invitation_of_organization ON invitation (organization_id, id DESC);

-- Failed sign-ins of the running window, by address book entry: 'account …' is the digest of an
-- e-mail address, whether or not it has an account, 'address …' is where they came from.
CREATE TABLE sign_in_attempt (
    subject      text        PRIMARY KEY,
    attempts     integer     NOT NULL,
    window_start timestamptz NOT NULL
);
CREATE INDEX sign_in_attempt_age ON sign_in_attempt (window_start);

-- Roles are bound to a management credential or to an account.
ALTER TABLE role_binding
    ALTER COLUMN token_id DROP NOT NULL,
    ADD COLUMN account_id text REFERENCES local_account ON DELETE CASCADE,
    ADD CHECK (num_nonnulls(token_id, account_id) = 1);
CREATE INDEX role_binding_of_account ON role_binding (account_id);
