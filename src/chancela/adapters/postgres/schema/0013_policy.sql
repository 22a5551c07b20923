-- Policies in versions, each with its exceptions.
CREATE TABLE chancela.policy_version (
    operator text NOT NULL REFERENCES chancela.operator,
    number integer NOT NULL CONSTRAINT versions_are_counted_from_one CHECK (number >= 1),
    id uuid NOT NULL,
    policy jsonb NOT NULL,
    provisos jsonb NOT NULL,
    from_date date NOT NULL,
    state text NOT NULL,
    copied_from integer,
    note text NOT NULL,
    written_by text NOT NULL,
    written_at timestamptz NOT NULL,
    decided_by text,
    decided_at timestamptz,
    reason text NOT NULL,
    CONSTRAINT a_version_has_one_number PRIMARY KEY (operator, number),
    CONSTRAINT a_version_stands_as_one_of_these CHECK (state IN ('draft', 'awaiting', 'approved', 'refused', 'withdrawn')),
    CONSTRAINT another_person_decides CHECK (state NOT IN ('approved', 'refused') OR decided_by IS DISTINCT FROM written_by),
    CONSTRAINT a_decided_version_says_by_whom CHECK (
        state IN ('draft', 'awaiting') OR (decided_by IS NOT NULL AND decided_at IS NOT NULL)),
    CONSTRAINT a_refusal_says_why CHECK (state <> 'refused' OR reason <> '')
);
CREATE INDEX policy_version_in_force ON chancela.policy_version (operator, from_date, number) WHERE state = 'approved';
CREATE INDEX policy_version_awaiting ON chancela.policy_version (operator, number) WHERE state = 'awaiting';
CREATE FUNCTION chancela.refuse_a_changed_rule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rules change as a draft alone: version % is %', OLD.number, OLD.state USING ERRCODE = 'check_violation';
END
$$;
CREATE TRIGGER what_was_proposed_stays_as_it_is BEFORE UPDATE ON chancela.policy_version FOR EACH ROW
    WHEN (OLD.state IN ('refused', 'withdrawn')
        OR (OLD.state <> 'draft' AND (OLD.policy, OLD.provisos, OLD.from_date, OLD.written_by)
            IS DISTINCT FROM (NEW.policy, NEW.provisos, NEW.from_date, NEW.written_by))
        OR (OLD.state = 'approved' AND (NEW.state <> 'withdrawn'
            OR OLD.from_date <= (clock_timestamp() AT TIME ZONE 'America/Sao_Paulo')::date)))
    EXECUTE FUNCTION chancela.refuse_a_changed_rule();
COMMENT ON TABLE chancela.policy_version IS 'the whole of an operator''s rules; where none was approved, operator.profile and operator.settings hold';
COMMENT ON COLUMN chancela.policy_version.from_date IS 'from midnight of this day in Brazil';

ALTER TABLE chancela.guia ADD plan text NOT NULL DEFAULT '';
COMMENT ON COLUMN chancela.guia.plan IS 'the person''s as the guia was registered: a rule of one plan holds for it';

SELECT chancela.build_wall('policy_version');
GRANT SELECT, INSERT, UPDATE ON chancela.policy_version TO chancela_app;
