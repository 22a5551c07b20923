-- Professionals of providers; since when a provider is out of the network, and by which keys it is found.
CREATE TABLE chancela.professional (
    operator text NOT NULL REFERENCES chancela.operator,
    id uuid NOT NULL,
    provider text NOT NULL,
    name text NOT NULL CONSTRAINT a_professional_has_a_name CHECK (name <> ''),
    council text NOT NULL,
    number text NOT NULL CONSTRAINT a_council_knows_a_professional_by_a_number CHECK (number <> ''),
    uf text NOT NULL CONSTRAINT a_council_is_of_a_state CHECK (uf ~ '^[A-Z]{2}$'),
    specialties text[] NOT NULL DEFAULT '{}',
    phones text[] NOT NULL DEFAULT '{}',
    emails text[] NOT NULL DEFAULT '{}',
    active boolean NOT NULL DEFAULT true,
    since timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT a_professional_has_one_id PRIMARY KEY (operator, id),
    CONSTRAINT a_professional_works_at_a_provider
        FOREIGN KEY (operator, provider) REFERENCES chancela.provider (operator, code) ON DELETE CASCADE,
    CONSTRAINT a_professional_stands_once_at_a_provider UNIQUE (operator, provider, council, uf, number)
);
COMMENT ON TABLE chancela.professional IS 'who attends at a provider, by the entry in a council; their phones and emails never receive a patient''s code';

-- The owner, whom the wall stops too, writes the new columns of all providers this once.
ALTER TABLE chancela.provider
    ADD ended_at timestamptz,
    ADD ended_why text,
    ADD small_name text COLLATE "C" NOT NULL GENERATED ALWAYS AS (
        translate(lower(name), 'áàâãäéèêëíìîïóòôõöúùûüçñ', 'aaaaaeeeeiiiiooooouuuucn')) STORED;
CREATE INDEX provider_by_name ON chancela.provider (operator, small_name, code);
CREATE INDEX provider_that_ended ON chancela.provider (operator, small_name, code) WHERE NOT active;
CREATE INDEX provider_by_document ON chancela.provider (operator, document) WHERE document IS NOT NULL;
CREATE INDEX client_by_provider ON chancela.client (operator, provider) WHERE provider IS NOT NULL;
CREATE INDEX report_by_provider ON chancela.report (operator, provider, opened_at);
CREATE INDEX report_open_at_provider ON chancela.report (operator, provider) WHERE closed_at IS NULL;
COMMENT ON COLUMN chancela.provider.ended_at IS 'since when it is deactivated; null where it was so before this was kept';

CREATE FUNCTION chancela.keep_the_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.active THEN
        NEW.ended_at := NULL;
        NEW.ended_why := NULL;
    ELSIF NEW.ended_at IS NULL AND (TG_OP = 'INSERT' OR OLD.active) THEN
        NEW.ended_at := clock_timestamp();
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER a_provider_ends_at_an_hour BEFORE INSERT OR UPDATE OF active, ended_at, ended_why ON chancela.provider
    FOR EACH ROW EXECUTE FUNCTION chancela.keep_the_end();

-- By what a provider is found beside its code: its name from each of its words on, and each specialty with the name after it.
-- A range of texts walks down the index behind a wall; what stands inside an array, or after the first word, does not.
CREATE TABLE chancela.provider_key (
    operator text NOT NULL,
    kind text NOT NULL CONSTRAINT a_provider_is_found_by_name_or_specialty CHECK (kind IN ('name', 'specialty')),
    key text COLLATE "C" NOT NULL,
    provider text NOT NULL,
    CONSTRAINT a_provider_has_a_key_once PRIMARY KEY (operator, kind, key, provider),
    CONSTRAINT a_key_leads_to_a_provider
        FOREIGN KEY (operator, provider) REFERENCES chancela.provider (operator, code) ON DELETE CASCADE
);
CREATE INDEX provider_key_by_provider ON chancela.provider_key (operator, provider, kind, key);
COMMENT ON TABLE chancela.provider_key IS 'kept by the trigger of chancela.provider alone';

CREATE FUNCTION chancela.keys_of(name text, specialties text[]) RETURNS TABLE (kind text, key text)
LANGUAGE sql IMMUTABLE AS $$
    WITH small AS (SELECT string_to_array(regexp_replace(translate(lower(name),
        'áàâãäéèêëíìîïóòôõöúùûüçñ', 'aaaaaeeeeiiiiooooouuuucn'), '[^a-z0-9]+', ' ', 'g'), ' ') AS words)
    SELECT DISTINCT 'name', array_to_string(s.words[n:], ' ')
    FROM small s, generate_series(1, LEAST(cardinality(s.words), 12)) AS n WHERE s.words[n] <> ''
    UNION
    SELECT 'specialty', each || chr(9) || array_to_string(s.words, ' ') FROM small s, unnest(specialties) AS each
$$;

CREATE FUNCTION chancela.keep_the_keys() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM chancela.provider_key k WHERE k.operator = NEW.operator AND k.provider = NEW.code
        AND (k.kind, k.key) NOT IN (SELECT o.kind, o.key FROM chancela.keys_of(NEW.name, NEW.specialties) AS o);
    INSERT INTO chancela.provider_key (operator, kind, key, provider)
    SELECT NEW.operator, o.kind, o.key, NEW.code FROM chancela.keys_of(NEW.name, NEW.specialties) AS o
    ON CONFLICT ON CONSTRAINT a_provider_has_a_key_once DO NOTHING;
    RETURN NULL;
END
$$;
CREATE TRIGGER a_provider_is_found_by_its_keys AFTER INSERT OR UPDATE OF name, specialties ON chancela.provider
    FOR EACH ROW EXECUTE FUNCTION chancela.keep_the_keys();

ALTER TABLE chancela.provider NO FORCE ROW LEVEL SECURITY;
INSERT INTO chancela.provider_key (operator, kind, key, provider)
SELECT p.operator, o.kind, o.key, p.code FROM chancela.provider p, chancela.keys_of(p.name, p.specialties) AS o;
ALTER TABLE chancela.provider FORCE ROW LEVEL SECURITY;

-- A professional's addresses are the provider's too, for as long as they stand in its file, active or not: whoever was put out
-- for having codes sent to themselves does not get them by being put out.
CREATE FUNCTION chancela.addresses_of(of_operator text, of_provider text) RETURNS SETOF text LANGUAGE sql STABLE AS $$
    SELECT DISTINCT lower(u) FROM chancela.provider p, unnest(p.phones || p.emails || p.staff) AS u
    WHERE p.operator = of_operator AND p.code = of_provider
    UNION
    SELECT lower(u) FROM chancela.professional f, unnest(f.phones || f.emails) AS u
    WHERE f.operator = of_operator AND f.provider = of_provider
$$;
CREATE OR REPLACE FUNCTION chancela.keep_the_addresses() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    whose text := CASE TG_TABLE_NAME WHEN 'provider' THEN to_jsonb(NEW) ->> 'code' ELSE to_jsonb(NEW) ->> 'provider' END;
    kept text[];
BEGIN
    PERFORM FROM chancela.provider p WHERE p.operator = NEW.operator AND p.code = whose FOR NO KEY UPDATE;
    kept := ARRAY(SELECT chancela.addresses_of(NEW.operator, whose));
    DELETE FROM chancela.provider_address a
    WHERE a.operator = NEW.operator AND a.provider = whose AND a.small_address <> ALL (kept);
    INSERT INTO chancela.provider_address (operator, small_address, provider)
    SELECT NEW.operator, u, whose FROM unnest(kept) AS u
    ON CONFLICT ON CONSTRAINT a_provider_has_an_address_once DO NOTHING;
    RETURN NULL;
END
$$;
CREATE TRIGGER a_provider_is_found_by_its_professionals AFTER INSERT OR UPDATE OF phones, emails ON chancela.professional
    FOR EACH ROW EXECUTE FUNCTION chancela.keep_the_addresses();

SELECT chancela.build_wall('professional', 'provider_key');
GRANT SELECT, INSERT, UPDATE ON chancela.professional TO chancela_app;
GRANT SELECT, INSERT, DELETE ON chancela.provider_key TO chancela_app;
