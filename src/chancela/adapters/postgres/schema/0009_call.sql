-- Calls at the call centre, and how their callers were identified.
CREATE TABLE chancela.call (
    operator text NOT NULL REFERENCES chancela.operator,
    id uuid NOT NULL,
    agent text NOT NULL,
    protocol text NOT NULL CONSTRAINT a_call_protocol_has_twenty_digits CHECK (protocol ~ '^[0-9]{20}$'),
    opened_at timestamptz NOT NULL,
    person_id uuid,
    named integer NOT NULL DEFAULT 0,
    questions jsonb NOT NULL DEFAULT '[]',
    wrong integer NOT NULL DEFAULT 0
        CONSTRAINT wrong_answers_of_a_call_never_pass_two CHECK (wrong BETWEEN 0 AND 2),
    identified_at timestamptz,
    reveals integer NOT NULL DEFAULT 0,
    changed_contact boolean NOT NULL DEFAULT false,
    done jsonb NOT NULL DEFAULT '[]',
    ended_at timestamptz,
    CONSTRAINT a_call_has_one_id PRIMARY KEY (operator, id),
    CONSTRAINT a_call_has_its_own_protocol UNIQUE (operator, protocol),
    CONSTRAINT an_identified_caller_is_somebody
        CHECK (identified_at IS NULL OR (person_id IS NOT NULL AND wrong < 2)),
    CONSTRAINT only_an_identified_caller_hears_a_code CHECK (reveals = 0 OR identified_at IS NOT NULL),
    CONSTRAINT a_call_reveals_a_code_or_changes_a_contact CHECK (reveals = 0 OR NOT changed_contact),
    CONSTRAINT a_caller_is_a_beneficiary
        FOREIGN KEY (operator, person_id) REFERENCES chancela.beneficiary (operator, id)
) WITH (fillfactor = 70);
CREATE UNIQUE INDEX an_agent_has_one_open_call ON chancela.call (operator, agent) WHERE ended_at IS NULL;
CREATE INDEX call_by_agent ON chancela.call (operator, agent, opened_at);
CREATE INDEX call_by_person ON chancela.call (operator, person_id, opened_at) WHERE person_id IS NOT NULL;
COMMENT ON TABLE chancela.call IS 'what was asked and whether it fitted, never an answer';
COMMENT ON COLUMN chancela.call.person_id IS 'null where nobody fits what was searched for: such a call goes on like any other';

CREATE INDEX beneficiary_by_birth_date ON chancela.beneficiary (operator, birth_date);
COMMENT ON INDEX chancela.beneficiary_by_birth_date IS 'a caller without card or CPF is found by the birth date, then by the name';

-- What the files before this one wrote for their tables: nobody sees or writes a row of an operator that is not at work.
CREATE FUNCTION chancela.build_wall(VARIADIC walled text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY walled LOOP
        EXECUTE format('ALTER TABLE chancela.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE chancela.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format(
            'CREATE POLICY only_the_operator_at_work ON chancela.%I TO chancela_app '
            'USING (operator = current_setting(''chancela.operator'', true)) '
            'WITH CHECK (operator = current_setting(''chancela.operator'', true))', name
        );
    END LOOP;
END
$$;
COMMENT ON FUNCTION chancela.build_wall IS 'the wall of each new table with an operator, from the file that makes it';

SELECT chancela.build_wall('call');
GRANT SELECT, INSERT, UPDATE, DELETE ON chancela.call TO chancela_app;
