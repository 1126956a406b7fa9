-- Only in this module's tests: everything an archive could stumble over.
CREATE SEQUENCE archive_probe;

-- two tables that point at each other, and one at itself
CREATE TABLE probe_team (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, lead bigint);
CREATE TABLE probe_person (
    id      bigint PRIMARY KEY,
    team    bigint NOT NULL REFERENCES probe_team (id),
    mentor  bigint REFERENCES probe_person (id),
    name    text NOT NULL,
    "Order" text,
    doc     jsonb,
    tags    text[],
    shout   text GENERATED ALWAYS AS (upper(name)) STORED
);
ALTER TABLE probe_team ADD CONSTRAINT probe_team_lead FOREIGN KEY (lead)
    REFERENCES probe_person (id) DEFERRABLE INITIALLY DEFERRED;
INSERT INTO probe_team (lead) VALUES (NULL);

-- a trigger that counts: restoring must not run it again
CREATE TABLE probe_count (n bigint NOT NULL);
INSERT INTO probe_count VALUES (0);
CREATE FUNCTION probe_counting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE probe_count SET n = n + 1;
    RETURN NEW;
END $$;
CREATE TRIGGER probe_counting BEFORE INSERT ON probe_person
    FOR EACH ROW EXECUTE FUNCTION probe_counting();

CREATE TABLE probe_month (at timestamptz NOT NULL, usd numeric(38,12)) PARTITION BY RANGE (at);
CREATE TABLE probe_month_1 PARTITION OF probe_month
    FOR VALUES FROM ('2026-01-01Z') TO ('2026-02-01Z');
CREATE UNLOGGED TABLE probe_staging (n bigint);
