-- What a movement by hand left in the wallet, kept for the history of payments; null for what calls
-- book, whose balances nobody asks for one by one.
ALTER TABLE transfer ADD COLUMN balance_after numeric(38,12);
CREATE INDEX transfer_by_hand ON transfer (organization_id, kind, id DESC)
    WHERE balance_after IS NOT NULL;
