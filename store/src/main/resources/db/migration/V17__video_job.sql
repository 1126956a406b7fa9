-- Jobs that a provider goes on with after the call that began them was answered. What such a call
-- holds is no replica's: it is counted as slices of one epoch that never ends, and whichever
-- replica sees the job's end settles it.
ALTER TABLE replica_epoch DROP CONSTRAINT replica_epoch_state_check;
ALTER TABLE replica_epoch ADD CONSTRAINT replica_epoch_state_check
    CHECK (state IN ('open', 'ended', 'written_off', 'jobs'));
INSERT INTO replica_epoch (replica, epoch, state, opened_at, seen_at)
VALUES ('jobs', 0, 'jobs', now(), now());

-- `submitting` is written, with its hold, before the provider is asked; `unknown` is a job whose
-- submit was sent and whose answer was lost: it is never sent again. `call` is the call and its
-- hold as the journal writes them, `asked` what of the request its settlement needs, `shown` what
-- clients see of the job; neither has the prompt.
CREATE TABLE video_job (
    id              text        COLLATE "C" PRIMARY KEY,
    organization_id text        NOT NULL,
    key_id          text        NOT NULL,
    request_id      text        NOT NULL UNIQUE,
    state           text        NOT NULL
        CHECK (state IN ('submitting', 'unknown', 'submitted', 'done', 'failed')),
    model           text        NOT NULL,
    call            bytea       NOT NULL,
    asked           jsonb       NOT NULL,
    shown           jsonb       NOT NULL,
    wire            text,
    upstream_id     text,
    upstream_model  text,
    price           jsonb,
    multiply        numeric     NOT NULL,
    provider_job_id text,
    created_at      timestamptz NOT NULL,
    look_at         timestamptz NOT NULL,
    leased_until    timestamptz,
    ended_at        timestamptz,
    deleted_at      timestamptz
) WITH (fillfactor = 70);
CREATE INDEX video_job_due ON video_job (look_at)
    WHERE state IN ('submitting', 'unknown', 'submitted');
CREATE INDEX video_job_open ON video_job (organization_id)
    WHERE state IN ('submitting', 'unknown', 'submitted');
CREATE INDEX video_job_of_key ON video_job (organization_id, key_id, id DESC);
CREATE INDEX video_job_ended ON video_job (ended_at) WHERE ended_at IS NOT NULL;
