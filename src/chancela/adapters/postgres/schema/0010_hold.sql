-- Contacts that the call centre changed and that wait; people who were merged.
CREATE TABLE chancela.contact_hold (
    operator text NOT NULL REFERENCES chancela.operator,
    id uuid NOT NULL,
    beneficiary_id uuid NOT NULL,
    call_id uuid NOT NULL,
    protocol text NOT NULL,
    contact_id uuid NOT NULL,
    kind text NOT NULL,
    address text NOT NULL,
    care text NOT NULL,
    proposed_by text NOT NULL,
    proposed_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    "end" text,
    ended_by text,
    ended_at timestamptz,
    CONSTRAINT a_held_contact_has_one_id PRIMARY KEY (operator, id),
    CONSTRAINT a_held_contact_waits_for_a_person_or_for_time CHECK (care IN ('second_person', 'hold')),
    CONSTRAINT a_contact_is_held_for_a_day_at_least CHECK (due_at >= proposed_at + interval '24 hours'),
    CONSTRAINT a_held_contact_that_ended_says_how_and_by_whom
        CHECK (("end" IS NULL) = (ended_at IS NULL) AND ("end" IS NULL) = (ended_by IS NULL)),
    CONSTRAINT nobody_approves_what_they_proposed
        CHECK ("end" <> 'applied' OR care <> 'second_person' OR ended_by <> proposed_by),
    CONSTRAINT time_alone_applies_nothing_early CHECK ("end" <> 'applied' OR care <> 'hold' OR ended_at >= due_at),
    CONSTRAINT a_held_contact_is_of_a_beneficiary
        FOREIGN KEY (operator, beneficiary_id) REFERENCES chancela.beneficiary (operator, id)
);
CREATE UNIQUE INDEX one_contact_of_a_kind_waits_for_a_person ON chancela.contact_hold (operator, beneficiary_id, kind)
    WHERE "end" IS NULL;
CREATE INDEX contact_hold_by_time ON chancela.contact_hold (operator, due_at) WHERE "end" IS NULL;
CREATE INDEX contact_hold_by_person ON chancela.contact_hold (operator, beneficiary_id, proposed_at);
COMMENT ON TABLE chancela.contact_hold IS 'contacts that somebody asked for by telephone: they receive nothing until they are applied';

-- The owner, whom the wall stops too, writes the new columns of all people this once. LIKE is not LEAKPROOF and would look at
-- everybody; a range of a column of small letters without accents is, and walks down an index.
ALTER TABLE chancela.beneficiary
    ADD merged_into uuid,
    ADD small_name text COLLATE "C" NOT NULL GENERATED ALWAYS AS (
        translate(lower(name), 'áàâãäéèêëíìîïóòôõöúùûüçñ', 'aaaaaeeeeiiiiooooouuuucn')) STORED,
    ADD CONSTRAINT nobody_is_merged_into_themselves CHECK (merged_into <> id);
CREATE INDEX beneficiary_by_name ON chancela.beneficiary (operator, small_name, id);
CREATE INDEX beneficiary_by_survivor ON chancela.beneficiary (operator, merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX tie_by_giver ON chancela.tie (operator, giver_id) WHERE ended_at IS NULL;
COMMENT ON COLUMN chancela.beneficiary.merged_into IS 'the file that goes on where two were one person: this card leads there';
COMMENT ON COLUMN chancela.beneficiary.small_name IS 'the name in small letters without accents, by whose beginning a person is found';

SELECT chancela.build_wall('contact_hold');
GRANT SELECT, INSERT, UPDATE, DELETE ON chancela.contact_hold TO chancela_app;
