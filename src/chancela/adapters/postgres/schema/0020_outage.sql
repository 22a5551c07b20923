-- Outages that were declared or noticed, and the beats by which the system knows that it lives.
CREATE TABLE chancela.outage (
    operator text NOT NULL REFERENCES chancela.operator,
    id uuid NOT NULL,
    what text NOT NULL CONSTRAINT an_outage_is_of_one_of_these CHECK (what IN ('portal', 'database', 'carrier')),
    channel text,
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    declared_by text,
    noticed boolean NOT NULL,
    note text NOT NULL CONSTRAINT a_note_of_an_outage_is_short CHECK (length(note) <= 200),
    ended_by text,
    part_of uuid,
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    settled boolean NOT NULL DEFAULT false,
    until timestamptz NOT NULL GENERATED ALWAYS AS (COALESCE(ended_at, 'infinity'::timestamptz)) STORED,
    CONSTRAINT an_outage_has_one_id PRIMARY KEY (operator, id),
    CONSTRAINT somebody_declares_an_outage_or_the_system_notices_it CHECK (noticed OR declared_by IS NOT NULL),
    CONSTRAINT an_outage_ends_after_it_began CHECK (ended_at > started_at),
    CONSTRAINT an_outage_that_ended_says_by_whom CHECK ((ended_at IS NULL) = (ended_by IS NULL)),
    CONSTRAINT carriers_alone_have_a_channel CHECK (channel IS NULL OR what = 'carrier'),
    CONSTRAINT what_is_part_of_an_outage_is_over CHECK (part_of IS NULL OR (ended_at IS NOT NULL AND part_of <> id)),
    CONSTRAINT an_outage_is_part_of_another FOREIGN KEY (operator, part_of) REFERENCES chancela.outage (operator, id)
);
CREATE UNIQUE INDEX one_outage_of_a_kind_runs ON chancela.outage (operator, what, COALESCE(channel, '')) WHERE ended_at IS NULL;
CREATE INDEX outage_by_end ON chancela.outage (operator, until) WHERE part_of IS NULL;
CREATE INDEX outage_to_settle ON chancela.outage (operator, changed_at) WHERE NOT settled;
COMMENT ON COLUMN chancela.outage.settled IS 'the absences of its time were attached once none is left that was under way at its last change';

CREATE TABLE chancela.pulse (
    operator text NOT NULL REFERENCES chancela.operator,
    beat text NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT a_pulse_has_one_last_beat PRIMARY KEY (operator, beat)
);
COMMENT ON TABLE chancela.pulse IS 'when the worker, the pages and each channel were last seen at work, by the database''s clock';

-- Columns of their own: behind the wall no index of an expression is searched.
ALTER TABLE chancela.absence ADD was_at timestamptz NOT NULL GENERATED ALWAYS AS (COALESCE(taken_at, at)) STORED;
CREATE INDEX absence_without_outage ON chancela.absence (operator, was_at, guia_id) WHERE tiss = '03' AND outage_id IS NULL;
CREATE INDEX absence_by_outage ON chancela.absence (operator, outage_id) WHERE outage_id IS NOT NULL;
ALTER TABLE chancela.absence
    ADD CONSTRAINT an_absence_names_an_outage FOREIGN KEY (operator, outage_id) REFERENCES chancela.outage (operator, id);

SELECT chancela.build_wall('outage');
SELECT chancela.build_wall('pulse');
GRANT SELECT, INSERT, UPDATE ON chancela.outage TO chancela_app;
GRANT SELECT, INSERT, UPDATE ON chancela.pulse TO chancela_app;
