-- What a refused call was told, in Sluice's own words: whoever looks at it later reads the same.
ALTER TABLE call ADD COLUMN error_message text;
