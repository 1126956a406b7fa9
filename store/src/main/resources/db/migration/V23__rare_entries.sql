-- What calls book is two kinds of entries by the million; entries of every other kind are looked for
-- among themselves. Nothing is written here for a call that went well.
DROP INDEX transfer_by_hand;
CREATE INDEX transfer_rare ON transfer (organization_id, kind, id DESC)
    WHERE kind NOT IN ('charge', 'provider_cost');
