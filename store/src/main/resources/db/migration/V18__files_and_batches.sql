-- Files that clients uploaded and that batches left behind, for the key they belong to: in pieces,
-- each sealed for its place, so that every replica reads them. Not `whole` while it is written.
CREATE TABLE kept_file (
    id              text        COLLATE "C" PRIMARY KEY,
    organization_id text        NOT NULL,
    key_id          text        NOT NULL,
    purpose         text        NOT NULL,
    name            bytea       NOT NULL,
    bytes           bigint      NOT NULL,
    whole           boolean     NOT NULL,
    created_at      timestamptz NOT NULL,
    expires_at      timestamptz NOT NULL
);
CREATE INDEX kept_file_of_key ON kept_file (organization_id, key_id, id);
CREATE INDEX kept_file_end ON kept_file (expires_at);
COMMENT ON COLUMN kept_file.name IS 'sealed';

CREATE TABLE kept_file_piece (
    file_id text    COLLATE "C" NOT NULL REFERENCES kept_file ON DELETE CASCADE,
    piece   integer NOT NULL,
    sealed  bytea   NOT NULL,
    PRIMARY KEY (file_id, piece)
);

-- Batches of model calls. A replica that works on one holds it until `held_until`; `held_by` is one
-- life of a replica. `outcome` is what a batch becomes once its files are written: from then on none
-- of its lines changes any more.
CREATE TABLE batch (
    id              text        COLLATE "C" PRIMARY KEY,
    organization_id text        NOT NULL,
    key_id          text        NOT NULL,
    idempotency_key text,
    endpoint        text        NOT NULL,
    input_file_id   text        NOT NULL,
    output_file_id  text        NOT NULL,
    error_file_id   text        NOT NULL,
    metadata        jsonb,
    headers         jsonb       NOT NULL,
    keep_seconds    bigint      NOT NULL,
    status          text        NOT NULL
        CHECK (status IN ('validating', 'failed', 'in_progress', 'finalizing', 'completed',
                          'expired', 'cancelling', 'cancelled')),
    outcome         text
        CHECK (outcome IN ('failed', 'completed', 'expired', 'cancelled')),
    errors          jsonb,
    model           text,
    usage           jsonb,
    total           integer     NOT NULL DEFAULT 0,
    completed       integer     NOT NULL DEFAULT 0,
    failed          integer     NOT NULL DEFAULT 0,
    times           jsonb       NOT NULL DEFAULT '{}',
    created_at      timestamptz NOT NULL,
    expires_at      timestamptz NOT NULL,
    held_replica    text,
    held_by         text,
    held_until      timestamptz
);
CREATE INDEX batch_of_key ON batch (organization_id, key_id, id);
CREATE UNIQUE INDEX batch_of_idempotency_key ON batch (organization_id, key_id, idempotency_key)
    WHERE idempotency_key IS NOT NULL;
CREATE INDEX batch_open ON batch (id)
    WHERE status IN ('validating', 'in_progress', 'finalizing', 'cancelling');
CREATE INDEX batch_age ON batch (created_at);
COMMENT ON COLUMN batch.headers IS 'what the client said of its calls when it made the batch';
COMMENT ON COLUMN batch.times IS 'when it came to a status, in seconds since 1970';

-- What is asked, as it stood in the input file, until it is answered; then what stands in a file of
-- answers. Gone once these files are written.
CREATE TABLE batch_line (
    batch_id text    COLLATE "C" NOT NULL REFERENCES batch ON DELETE CASCADE,
    line     integer NOT NULL,
    state    text    NOT NULL CHECK (state IN ('waiting', 'answered', 'refused')),
    sealed   bytea   NOT NULL,
    PRIMARY KEY (batch_id, line)
);
CREATE INDEX batch_line_waiting ON batch_line (batch_id, line) WHERE state = 'waiting';
