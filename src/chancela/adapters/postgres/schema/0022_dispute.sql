-- Disputed attendances: their deadline and their written outcome. A dispute is the report of a guia whose attendance was recorded.
ALTER TABLE chancela.report
    ADD was text,
    ADD due_date date,
    ADD side text CONSTRAINT what_a_provider_answers_is_short CHECK (length(side) <= 1000),
    ADD side_at timestamptz,
    ADD text text CONSTRAINT what_is_decided_is_told_shortly CHECK (length(text) <= 1000),
    ADD CONSTRAINT an_attendance_that_is_disputed_was_recorded CHECK (was IN ('validated', 'without_token')),
    ADD CONSTRAINT a_dispute_has_its_last_day CHECK ((was IS NULL) = (due_date IS NULL)),
    ADD CONSTRAINT a_dispute_is_decided_in_writing
        CHECK (was IS NULL OR closed_at IS NULL OR (text IS NOT NULL AND length(btrim(text)) > 0)),
    ADD CONSTRAINT a_provider_answers_a_dispute_once
        CHECK ((side IS NULL) = (side_at IS NULL) AND (side IS NULL OR was IS NOT NULL));
CREATE INDEX report_disputed ON chancela.report (operator, due_date, opened_at) WHERE was IS NOT NULL AND closed_at IS NULL;
COMMENT ON COLUMN chancela.report.was IS 'how the attendance stood that is disputed; null where the report is about a code alone';

CREATE TABLE chancela.untold_dispute (
    operator text NOT NULL REFERENCES chancela.operator,
    guia_id uuid NOT NULL,
    since timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT a_decided_dispute_is_told_once PRIMARY KEY (operator, guia_id)
);
COMMENT ON TABLE chancela.untold_dispute IS 'decided disputes that the person was not told of yet: written with each, deleted by the deed that tells';
SELECT chancela.build_wall('untold_dispute');
GRANT SELECT, INSERT, UPDATE, DELETE ON chancela.untold_dispute TO chancela_app;
