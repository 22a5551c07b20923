-- The family, and what a person holds in the hand: helpers, new contacts, devices without a signal, codes on paper.
ALTER TABLE chancela.beneficiary
    ADD private boolean NOT NULL DEFAULT false,
    ADD protected boolean NOT NULL DEFAULT false,
    ADD named_guardian_id uuid,
    ADD CONSTRAINT nobody_is_their_own_named_guardian CHECK (named_guardian_id <> id);
COMMENT ON COLUMN chancela.beneficiary.private IS 'attendances are hidden from the holder';
COMMENT ON COLUMN chancela.beneficiary.protected IS 'a court order, or violence: nobody but the named guardian, where one is named';
CREATE INDEX beneficiary_by_named_guardian ON chancela.beneficiary (operator, named_guardian_id) WHERE named_guardian_id IS NOT NULL;

CREATE TABLE chancela.guardian (
    operator text NOT NULL,
    ward_id uuid NOT NULL,
    guardian_id uuid NOT NULL,
    since timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT a_guardian_stands_once_beside_a_ward PRIMARY KEY (operator, ward_id, guardian_id),
    CONSTRAINT nobody_is_their_own_guardian CHECK (ward_id <> guardian_id),
    CONSTRAINT a_ward_is_a_beneficiary FOREIGN KEY (operator, ward_id) REFERENCES chancela.beneficiary (operator, id),
    CONSTRAINT a_guardian_is_a_beneficiary FOREIGN KEY (operator, guardian_id) REFERENCES chancela.beneficiary (operator, id)
);
CREATE INDEX guardian_by_guardian ON chancela.guardian (operator, guardian_id);
COMMENT ON TABLE chancela.guardian IS 'guardians beside the holder of a minor, as the operator knows them';

CREATE TABLE chancela.tie (
    operator text NOT NULL REFERENCES chancela.operator,
    id uuid NOT NULL,
    kind text NOT NULL,
    giver_id uuid NOT NULL,
    of_id uuid NOT NULL,
    taker_id uuid,
    scope text NOT NULL,
    token_hash bytea NOT NULL,
    created_at timestamptz NOT NULL,
    until timestamptz NOT NULL,
    accepted_at timestamptz,
    ended_at timestamptz,
    CONSTRAINT a_tie_has_one_id PRIMARY KEY (operator, id),
    CONSTRAINT a_tie_is_known_by_one_secret UNIQUE (operator, token_hash),
    CONSTRAINT a_tie_is_a_delegation_or_a_visit CHECK (kind IN ('delegation', 'visit')),
    CONSTRAINT a_tie_lets_see_act_or_receive CHECK (scope IN ('see', 'act', 'receive')),
    CONSTRAINT a_tie_ends CHECK (until > created_at),
    CONSTRAINT a_visit_is_nobodys_in_particular CHECK (kind <> 'visit' OR taker_id IS NULL),
    CONSTRAINT a_taker_accepted CHECK ((taker_id IS NULL) = (accepted_at IS NULL)),
    CONSTRAINT nobody_takes_their_own_tie CHECK (taker_id <> of_id),
    CONSTRAINT a_tie_is_of_a_beneficiary FOREIGN KEY (operator, of_id) REFERENCES chancela.beneficiary (operator, id)
);
CREATE INDEX tie_by_person ON chancela.tie (operator, of_id) WHERE ended_at IS NULL;
CREATE INDEX tie_by_taker ON chancela.tie (operator, taker_id) WHERE ended_at IS NULL AND taker_id IS NOT NULL;
COMMENT ON COLUMN chancela.tie.token_hash IS 'SHA-256 of 32 random bytes that only the link holds';

CREATE TABLE chancela.contact_change (
    operator text NOT NULL REFERENCES chancela.operator,
    id uuid NOT NULL,
    beneficiary_id uuid NOT NULL,
    asked_by uuid NOT NULL,
    contact_id uuid NOT NULL,
    kind text NOT NULL,
    address text NOT NULL,
    digest bytea,
    sealed bytea,
    key_date date NOT NULL,
    issued_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    wrong_tries integer NOT NULL DEFAULT 0
        CONSTRAINT wrong_tries_of_a_change_never_pass_five CHECK (wrong_tries BETWEEN 0 AND 5),
    ended_at timestamptz,
    CONSTRAINT a_change_has_one_id PRIMARY KEY (operator, id),
    CONSTRAINT a_change_waits_ten_minutes_at_most CHECK (expires_at <= issued_at + interval '10 minutes'),
    CONSTRAINT an_ended_change_keeps_no_code CHECK (ended_at IS NULL OR (digest IS NULL AND sealed IS NULL)),
    CONSTRAINT a_change_is_of_a_beneficiary
        FOREIGN KEY (operator, beneficiary_id) REFERENCES chancela.beneficiary (operator, id)
) WITH (fillfactor = 80);
CREATE INDEX contact_change_by_person ON chancela.contact_change (operator, beneficiary_id, issued_at);
CREATE INDEX contact_change_by_age ON chancela.contact_change (operator, issued_at);

ALTER TABLE chancela.delivery ADD reader_id uuid;
COMMENT ON COLUMN chancela.delivery.reader_id IS 'whose contact or app it is, where that is not the person of the guia: a guardian, or a helper';

CREATE TABLE chancela.device (
    operator text NOT NULL REFERENCES chancela.operator,
    id uuid NOT NULL,
    beneficiary_id uuid NOT NULL,
    name text NOT NULL,
    secret bytea,
    enrolled_at timestamptz NOT NULL,
    ended_at timestamptz,
    CONSTRAINT a_device_has_one_id PRIMARY KEY (operator, id),
    CONSTRAINT an_ended_device_keeps_no_key CHECK ((ended_at IS NULL) = (secret IS NOT NULL)),
    CONSTRAINT a_device_is_of_a_beneficiary
        FOREIGN KEY (operator, beneficiary_id) REFERENCES chancela.beneficiary (operator, id)
);
CREATE INDEX device_by_person ON chancela.device (operator, beneficiary_id) WHERE ended_at IS NULL;
COMMENT ON COLUMN chancela.device.secret IS 'the key of its offline codes, AES-GCM under the key file, bound to operator, person and device';

CREATE TABLE chancela.paper_code (
    operator text NOT NULL REFERENCES chancela.operator,
    sheet_id uuid NOT NULL,
    place integer NOT NULL CONSTRAINT a_sheet_has_at_most_twenty_codes CHECK (place BETWEEN 1 AND 20),
    beneficiary_id uuid NOT NULL,
    printed_at timestamptz NOT NULL,
    digest bytea,
    ended_at timestamptz,
    guia_id uuid,
    CONSTRAINT a_code_has_one_place_on_its_sheet PRIMARY KEY (operator, sheet_id, place),
    CONSTRAINT an_ended_paper_code_is_forgotten CHECK ((ended_at IS NULL) = (digest IS NOT NULL)),
    CONSTRAINT a_paper_code_is_used_for_one_guia CHECK (guia_id IS NULL OR ended_at IS NOT NULL),
    CONSTRAINT a_sheet_is_of_a_beneficiary
        FOREIGN KEY (operator, beneficiary_id) REFERENCES chancela.beneficiary (operator, id)
);
CREATE INDEX paper_code_by_person ON chancela.paper_code (operator, beneficiary_id) WHERE ended_at IS NULL;
COMMENT ON COLUMN chancela.paper_code.digest IS 'HMAC under the key file, bound to operator, person, sheet and place';

CREATE TABLE chancela.untold (
    operator text NOT NULL,
    guia_id uuid NOT NULL,
    since timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT a_validation_is_told_once PRIMARY KEY (operator, guia_id)
);
COMMENT ON TABLE chancela.untold IS 'validations of which nobody was told yet: written with each, deleted by the deed that tells';

DO $$
DECLARE
    walled text;
BEGIN
    FOREACH walled IN ARRAY ARRAY['guardian', 'tie', 'contact_change', 'device', 'paper_code', 'untold'] LOOP
        EXECUTE format('ALTER TABLE chancela.%I ENABLE ROW LEVEL SECURITY', walled);
        EXECUTE format('ALTER TABLE chancela.%I FORCE ROW LEVEL SECURITY', walled);
        EXECUTE format(
            'CREATE POLICY only_the_operator_at_work ON chancela.%I TO chancela_app '
            'USING (operator = current_setting(''chancela.operator'', true)) '
            'WITH CHECK (operator = current_setting(''chancela.operator'', true))', walled
        );
    END LOOP;
END
$$;
GRANT SELECT, INSERT, UPDATE, DELETE ON
    chancela.guardian, chancela.tie, chancela.contact_change, chancela.device, chancela.paper_code, chancela.untold TO chancela_app;
