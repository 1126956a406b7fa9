-- What a provider's entry asks of an account besides its credential: a resource, a project, a
-- version of the API.
ALTER TABLE upstream ADD COLUMN settings jsonb NOT NULL DEFAULT '{}';
