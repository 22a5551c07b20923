-- Who has an address, found by columns of their own. The indexes on lower(address) and on (phones || emails || staff) were never
-- used: the policies of row-level security are judged before any function or operator that is not LEAKPROOF, as lower and @>
-- are not, so that each look walked every contact, or every provider, of the operator. Equality of two texts is LEAKPROOF.
-- Cost: the contacts are written anew under ACCESS EXCLUSIVE, about four seconds a million, in which no code is issued.
DROP INDEX chancela.contact_by_address;
ALTER TABLE chancela.contact ADD small_address text NOT NULL GENERATED ALWAYS AS (lower(address)) STORED;
CREATE INDEX contact_by_small_address ON chancela.contact (operator, small_address);
COMMENT ON COLUMN chancela.contact.small_address IS 'the address in small letters: what one address typed in two ways has in common';

DROP INDEX chancela.provider_by_contact;
CREATE TABLE chancela.provider_address (
    operator text NOT NULL,
    small_address text NOT NULL,
    provider text NOT NULL,
    CONSTRAINT a_provider_has_an_address_once PRIMARY KEY (operator, small_address, provider),
    CONSTRAINT an_address_belongs_to_a_provider
        FOREIGN KEY (operator, provider) REFERENCES chancela.provider (operator, code) ON DELETE CASCADE
);
CREATE INDEX provider_address_by_provider ON chancela.provider_address (operator, provider);
COMMENT ON TABLE chancela.provider_address IS 'phones, emails and staff of chancela.provider, in small letters: kept by its trigger alone';

CREATE FUNCTION chancela.keep_the_addresses() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    kept text[] := ARRAY(SELECT DISTINCT lower(u) FROM unnest(NEW.phones || NEW.emails || NEW.staff) AS u);
BEGIN
    DELETE FROM chancela.provider_address a
    WHERE a.operator = NEW.operator AND a.provider = NEW.code AND a.small_address <> ALL (kept);
    INSERT INTO chancela.provider_address (operator, small_address, provider)
    SELECT NEW.operator, u, NEW.code FROM unnest(kept) AS u
    ON CONFLICT ON CONSTRAINT a_provider_has_an_address_once DO NOTHING;
    RETURN NULL;
END
$$;
CREATE TRIGGER a_provider_is_found_by_its_addresses AFTER INSERT OR UPDATE OF phones, emails, staff ON chancela.provider
    FOR EACH ROW EXECUTE FUNCTION chancela.keep_the_addresses();

-- The owner, whom the wall stops too, reads all providers this once.
ALTER TABLE chancela.provider NO FORCE ROW LEVEL SECURITY;
INSERT INTO chancela.provider_address (operator, small_address, provider)
SELECT DISTINCT p.operator, lower(u), p.code FROM chancela.provider p, unnest(p.phones || p.emails || p.staff) AS u;
ALTER TABLE chancela.provider FORCE ROW LEVEL SECURITY;

ALTER TABLE chancela.provider_address ENABLE ROW LEVEL SECURITY;
ALTER TABLE chancela.provider_address FORCE ROW LEVEL SECURITY;
CREATE POLICY only_the_operator_at_work ON chancela.provider_address TO chancela_app
    USING (operator = current_setting('chancela.operator', true))
    WITH CHECK (operator = current_setting('chancela.operator', true));
GRANT SELECT, INSERT, DELETE ON chancela.provider_address TO chancela_app;
