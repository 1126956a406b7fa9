-- Lines of a batch that were asked: what its quota counts in the end. `failed` has those that were
-- not, too, once the batch has ended.
ALTER TABLE batch ADD COLUMN ran integer NOT NULL DEFAULT 0;
