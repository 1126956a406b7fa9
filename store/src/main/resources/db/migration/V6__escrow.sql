-- Holds leave the database: a replica takes slices of windows and accounts and grants holds from
-- them in memory. `escrowed` is the sum of the slices of all epochs that are counted.
ALTER TABLE wallet RENAME COLUMN held TO escrowed;
ALTER TABLE budget_window RENAME COLUMN held TO escrowed;
UPDATE wallet SET escrowed = 0 WHERE escrowed <> 0;
UPDATE budget_window SET escrowed = 0 WHERE escrowed <> 0;
DROP TABLE hold;

-- The newest limit that any replica has come with: nobody gets more under an older one.
ALTER TABLE budget_window
    ADD COLUMN limit_amount   numeric(38,12) NOT NULL DEFAULT 0,
    ADD COLUMN limit_revision bigint         NOT NULL DEFAULT 0;

-- One life of one replica. Only an open epoch gets slices; what an epoch that is over still ships
-- is the operator's.
CREATE TABLE replica_epoch (
    replica    text        NOT NULL,
    epoch      bigint      NOT NULL,
    state      text        NOT NULL CHECK (state IN ('open', 'ended', 'written_off')),
    opened_at  timestamptz NOT NULL,
    seen_at    timestamptz NOT NULL,
    last_request bigint    NOT NULL DEFAULT 0,
    ended_at   timestamptz,
    reason     text,
    actor      text,
    PRIMARY KEY (replica, epoch)
) WITH (fillfactor = 50);

-- What an epoch has of a window; of an account with the empty rule_id and the span `wallet`.
-- `held` is what its open calls hold, at most two seconds old; `givable` says that it may have more
-- than they need; it has answered the recalls up to `answered`. Guarded by the window's lock.
CREATE TABLE escrow_slice (
    organization_id text           NOT NULL,
    rule_id         text           NOT NULL,
    member          text           NOT NULL,
    unit            text           NOT NULL,
    span            text           NOT NULL,
    window_start    timestamptz    NOT NULL,
    replica         text           NOT NULL,
    epoch           bigint         NOT NULL,
    amount          numeric(38,12) NOT NULL CHECK (amount >= 0),
    held            numeric(38,12) NOT NULL DEFAULT 0 CHECK (held >= 0),
    version         bigint         NOT NULL,
    givable         boolean        NOT NULL,
    recall          bigint         NOT NULL DEFAULT 0,
    answered        bigint         NOT NULL DEFAULT 0,
    PRIMARY KEY (organization_id, rule_id, member, unit, span, window_start, replica, epoch),
    FOREIGN KEY (replica, epoch) REFERENCES replica_epoch
) WITH (fillfactor = 50);
CREATE INDEX escrow_slice_of_epoch ON escrow_slice (replica, epoch);
