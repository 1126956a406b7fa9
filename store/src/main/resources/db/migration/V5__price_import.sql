-- A whole price book that was imported: its rows are price_row rows of the same version.
CREATE TABLE price_import (
    id              text        COLLATE "C" PRIMARY KEY,
    organization_id text        NOT NULL REFERENCES organization,
    -- in force for every organization, not for the importing one alone
    shared          boolean     NOT NULL,
    version         text        NOT NULL,
    added           integer     NOT NULL,
    changed         integer     NOT NULL,
    note            text,
    actor           text        NOT NULL,
    effective_at    timestamptz NOT NULL,
    created_at      timestamptz NOT NULL,
    UNIQUE (organization_id, shared, version)
);

-- `listing`: the row as the book has it, bounds and source included; null for prices set one by one.
-- `version`: what usage rows name; null stands for the row's id.
ALTER TABLE price_row
    ADD COLUMN listing jsonb,
    ADD COLUMN version text;
CREATE INDEX price_row_shared ON price_row (provider, model, effective_at DESC) WHERE shared;
