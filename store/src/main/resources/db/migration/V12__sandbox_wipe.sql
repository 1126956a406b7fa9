-- Books are append-only, but play money is none: the whole past of a sandbox may be thrown away, by
-- a transaction that names it.
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.organization_id = current_setting('sluice.wiping', true)
           AND EXISTS (SELECT FROM organization WHERE id = OLD.organization_id AND sandbox) THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION '% is append-only: book a new row instead', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

-- Nothing becomes a sandbox later.
CREATE FUNCTION refuse_sandbox_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an organization stays what it is: a sandbox or none'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER organization_sandbox_is_fixed BEFORE UPDATE OF sandbox ON organization
    FOR EACH ROW WHEN (OLD.sandbox IS DISTINCT FROM NEW.sandbox)
    EXECUTE FUNCTION refuse_sandbox_change();
