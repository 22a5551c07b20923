-- An outage becomes the proof of a session without a code that was recorded before anybody knew of it.
-- A column of its own: behind the wall no index of an expression is searched.
ALTER TABLE chancela.guia_session ADD was_at timestamptz NOT NULL GENERATED ALWAYS AS (COALESCE(taken_at, at)) STORED;
CREATE INDEX session_without_outage ON chancela.guia_session (operator, was_at, guia_id, place) WHERE tiss = '03' AND outage_id IS NULL;
CREATE INDEX session_by_outage ON chancela.guia_session (operator, outage_id) WHERE outage_id IS NOT NULL;
ALTER TABLE chancela.guia_session
    ADD CONSTRAINT a_session_names_an_outage FOREIGN KEY (operator, outage_id) REFERENCES chancela.outage (operator, id);
GRANT UPDATE (outage_id, owes, review) ON chancela.guia_session TO chancela_app;
