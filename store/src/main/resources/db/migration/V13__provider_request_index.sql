-- Nearly every call has one attempt, and an index of words costs several times what a plain one does.
DROP INDEX call_of_provider_request;
CREATE INDEX call_of_provider_request ON call ((provider_request_ids[1]))
    WHERE provider_request_ids[1] IS NOT NULL;
CREATE INDEX call_of_later_provider_requests ON call USING gin (provider_request_ids)
    WHERE cardinality(provider_request_ids) > 1;
