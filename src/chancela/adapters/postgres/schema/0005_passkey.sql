-- Passkeys of beneficiaries, and the challenges that they answer.
CREATE TABLE chancela.passkey (
    operator text NOT NULL REFERENCES chancela.operator,
    id uuid NOT NULL,
    beneficiary_id uuid NOT NULL,
    credential_id bytea NOT NULL
        CONSTRAINT a_credential_id_has_at_most_1023_bytes CHECK (octet_length(credential_id) BETWEEN 1 AND 1023),
    public_key bytea NOT NULL,
    sign_count bigint NOT NULL CONSTRAINT a_sign_count_is_never_negative CHECK (sign_count >= 0),
    name text NOT NULL,
    created_at timestamptz NOT NULL,
    used_at timestamptz,
    ended_at timestamptz,
    CONSTRAINT a_passkey_has_one_id PRIMARY KEY (operator, id),
    CONSTRAINT a_credential_is_enrolled_once UNIQUE (operator, credential_id),
    CONSTRAINT a_passkey_is_of_a_beneficiary
        FOREIGN KEY (operator, beneficiary_id) REFERENCES chancela.beneficiary (operator, id)
);
CREATE INDEX passkey_by_person ON chancela.passkey (operator, beneficiary_id) WHERE ended_at IS NULL;
COMMENT ON COLUMN chancela.passkey.public_key IS 'COSE key (RFC 9052); the private key never leaves its authenticator';
COMMENT ON COLUMN chancela.passkey.sign_count IS 'what the authenticator counted last; 0 where it does not count';

CREATE TABLE chancela.passkey_challenge (
    operator text NOT NULL REFERENCES chancela.operator,
    id uuid NOT NULL,
    ceremony text NOT NULL,
    beneficiary_id uuid,
    secret_hash bytea NOT NULL,
    origin bytea NOT NULL,
    asked_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT a_challenge_has_one_id PRIMARY KEY (operator, id),
    CONSTRAINT a_challenge_is_to_enrol_or_to_enter CHECK (ceremony IN ('enrol', 'enter')),
    CONSTRAINT a_challenge_to_enrol_is_somebodys CHECK (ceremony <> 'enrol' OR beneficiary_id IS NOT NULL),
    CONSTRAINT a_challenge_lives_five_minutes_at_most CHECK (expires_at <= asked_at + interval '5 minutes')
);
CREATE INDEX passkey_challenge_by_origin ON chancela.passkey_challenge (operator, origin, asked_at);
CREATE INDEX passkey_challenge_by_age ON chancela.passkey_challenge (operator, expires_at);
COMMENT ON COLUMN chancela.passkey_challenge.beneficiary_id IS 'null where somebody comes in: who it is, the passkey says';
COMMENT ON COLUMN chancela.passkey_challenge.secret_hash IS 'SHA-256 of 32 random bytes that only the browser was given';
COMMENT ON COLUMN chancela.passkey_challenge.origin IS 'a MAC of the address that asked, under the key file';

DO $$
DECLARE
    walled text;
BEGIN
    FOREACH walled IN ARRAY ARRAY['passkey', 'passkey_challenge'] LOOP
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
GRANT SELECT, INSERT, UPDATE, DELETE ON chancela.passkey, chancela.passkey_challenge TO chancela_app;
