-- Requests may refer to single items of kept responses.
ALTER TABLE kept_response ADD COLUMN item_ids text[] NOT NULL DEFAULT '{}';
CREATE INDEX kept_response_items ON kept_response USING gin (item_ids);
COMMENT ON COLUMN kept_response.item_ids IS 'of what was answered';
