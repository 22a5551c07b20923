-- Visits whose code is to follow, for as long as it is waited for; the proof then keeps their day, or the absence does.
CREATE TABLE chancela.late_visit (
    operator text NOT NULL REFERENCES chancela.operator,
    guia_id uuid NOT NULL,
    provider text NOT NULL,
    visit_date date NOT NULL,
    due_date date NOT NULL,
    remind_date date NOT NULL,
    asked_at timestamptz NOT NULL,
    asked_by text NOT NULL,
    reminded_at timestamptz,
    CONSTRAINT a_guia_waits_for_one_late_code PRIMARY KEY (operator, guia_id),
    CONSTRAINT a_late_visit_belongs_to_a_guia FOREIGN KEY (operator, guia_id) REFERENCES chancela.guia (operator, id),
    CONSTRAINT a_late_code_follows_its_visit CHECK (due_date >= visit_date),
    CONSTRAINT a_late_code_is_reminded_of_in_time CHECK (remind_date <= due_date)
) WITH (fillfactor = 80);
CREATE INDEX late_visit_due ON chancela.late_visit (operator, due_date);
CREATE INDEX late_visit_to_remind ON chancela.late_visit (operator, remind_date) WHERE reminded_at IS NULL;
CREATE INDEX late_visit_by_provider ON chancela.late_visit (operator, provider, due_date, guia_id);
COMMENT ON COLUMN chancela.late_visit.due_date IS 'the last day (Brasília) on which the code is taken';
SELECT chancela.build_wall('late_visit');
GRANT SELECT, INSERT, UPDATE, DELETE ON chancela.late_visit TO chancela_app;

ALTER TABLE chancela.validation ADD visit_date date;
COMMENT ON COLUMN chancela.validation.visit_date IS 'the day of a visit whose code followed it';
