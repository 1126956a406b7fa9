-- The roll-ups once more by whole days of UTC: a month of slots is a hundred times what people ask
-- for. Written with the slots; `day` is the midnight that begins it.
CREATE TABLE usage_day (
    organization_id text           NOT NULL,
    day             timestamptz    NOT NULL,
    dims            uuid           NOT NULL,
    unit            text           NOT NULL,
    quantity        numeric(38,12) NOT NULL,
    team            text           NOT NULL,
    key             text           NOT NULL,
    owner           text           NOT NULL,
    environment     text           NOT NULL,
    workflow        text           NOT NULL,
    product_area    text           NOT NULL,
    customer        text           NOT NULL,
    plan            text           NOT NULL,
    traffic_class   text           NOT NULL,
    model           text           NOT NULL,
    upstream        text           NOT NULL,
    PRIMARY KEY (organization_id, day, dims, unit)
) WITH (fillfactor = 50);

INSERT INTO usage_day
SELECT organization_id, date_trunc('day', slot, 'UTC'), dims, unit, sum(quantity),
       team, key, owner, environment, workflow, product_area, customer, plan, traffic_class,
       model, upstream
  FROM usage_rollup
 GROUP BY 1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16;

-- Calls of one status, and those that were refused, are few among many: neither is looked for in
-- all the others. Nothing is written here for a call that went well.
DROP INDEX call_with_error;
CREATE INDEX call_of_status ON call (organization_id, status_code, admitted_at DESC, request_id DESC)
    WHERE status_code >= 400;
CREATE INDEX call_refused ON call (organization_id, admitted_at DESC, request_id DESC)
    WHERE state = 'refused';
