-- The beneficiary's way in: codes to sign in, and the sessions that they open.
CREATE INDEX beneficiary_by_cpf ON chancela.beneficiary (operator, cpf) WHERE cpf IS NOT NULL;

CREATE TABLE chancela.sign_in (
    operator text NOT NULL REFERENCES chancela.operator,
    id uuid NOT NULL,
    beneficiary_id uuid,
    contact_id uuid,
    origin bytea NOT NULL,
    digest bytea,
    sealed bytea,
    key_date date NOT NULL,
    issued_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    wrong_tries integer NOT NULL DEFAULT 0
        CONSTRAINT wrong_tries_of_a_sign_in_never_pass_five CHECK (wrong_tries BETWEEN 0 AND 5),
    ended_at timestamptz,
    CONSTRAINT a_sign_in_has_one_id PRIMARY KEY (operator, id),
    CONSTRAINT a_sign_in_lives_ten_minutes_at_most CHECK (expires_at <= issued_at + interval '10 minutes'),
    CONSTRAINT an_ended_sign_in_keeps_no_code CHECK (ended_at IS NULL OR (digest IS NULL AND sealed IS NULL))
) WITH (fillfactor = 80);
CREATE INDEX sign_in_by_person ON chancela.sign_in (operator, beneficiary_id, issued_at) WHERE beneficiary_id IS NOT NULL;
CREATE INDEX sign_in_by_origin ON chancela.sign_in (operator, origin, issued_at);
CREATE INDEX sign_in_by_age ON chancela.sign_in (operator, issued_at);
COMMENT ON COLUMN chancela.sign_in.beneficiary_id IS 'null where nobody is known by what was typed: such a row is treated like any other';
COMMENT ON COLUMN chancela.sign_in.origin IS 'a MAC of the address that asked, under the key file';

CREATE TABLE chancela.person_session (
    operator text NOT NULL REFERENCES chancela.operator,
    id uuid NOT NULL,
    beneficiary_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    created_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    assured_at timestamptz NOT NULL,
    device text NOT NULL,
    ended_at timestamptz,
    CONSTRAINT a_session_has_one_id PRIMARY KEY (operator, id),
    CONSTRAINT a_session_is_known_by_one_secret UNIQUE (operator, token_hash),
    CONSTRAINT a_session_belongs_to_a_beneficiary
        FOREIGN KEY (operator, beneficiary_id) REFERENCES chancela.beneficiary (operator, id),
    CONSTRAINT a_session_lives_thirty_days_at_most CHECK (expires_at <= created_at + interval '30 days')
);
CREATE INDEX person_session_by_person ON chancela.person_session (operator, beneficiary_id, created_at);
COMMENT ON COLUMN chancela.person_session.token_hash IS 'SHA-256 of 32 random bytes that only the cookie holds';

DO $$
DECLARE
    walled text;
BEGIN
    FOREACH walled IN ARRAY ARRAY['sign_in', 'person_session'] LOOP
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
GRANT SELECT, INSERT, UPDATE, DELETE ON chancela.sign_in, chancela.person_session TO chancela_app;
