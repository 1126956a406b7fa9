-- Probes that the server makes by itself: how often an upstream is asked (null: as the installation
-- says; 0: never), when each of its models is asked next, which replica asks, and what a day's
-- probes may have cost so far.
ALTER TABLE upstream ADD COLUMN probe_seconds bigint CHECK (probe_seconds >= 0);

CREATE TABLE probe_place (
    upstream_id    text        NOT NULL REFERENCES upstream ON DELETE CASCADE,
    upstream_model text        NOT NULL,
    family         text        NOT NULL,
    due_at         timestamptz NOT NULL,
    PRIMARY KEY (upstream_id, upstream_model, family)
);

CREATE TABLE probe_turn (
    one        boolean     PRIMARY KEY DEFAULT true CHECK (one),
    held_by    text        NOT NULL,
    held_until timestamptz NOT NULL
);

CREATE TABLE probe_day (
    day date           PRIMARY KEY,
    usd numeric(38,12) NOT NULL
);
