-- Sessions of a series that a person said were not theirs, each decided for itself.
ALTER TABLE chancela.report
    ADD sessions int[] NOT NULL DEFAULT '{}',
    ADD CONSTRAINT sessions_are_named_of_a_recorded_attendance CHECK (was IS NOT NULL OR sessions = '{}'),
    ADD CONSTRAINT a_named_session_has_a_place_from_1_to_99
        CHECK (array_position(sessions, NULL) IS NULL AND 1 <= ALL (sessions) AND 99 >= ALL (sessions));
COMMENT ON COLUMN chancela.report.sessions IS 'the places of the sessions that were disowned; none where it is the whole attendance';

ALTER TABLE chancela.guia_session
    ADD outcome text CONSTRAINT a_session_was_or_was_not CHECK (outcome IN ('mistaken', 'upheld')),
    ADD judged_at timestamptz,
    ADD ruling text CONSTRAINT what_is_decided_of_a_session_is_told_shortly CHECK (length(ruling) <= 1000),
    ADD CONSTRAINT a_session_is_judged_in_writing
        CHECK ((outcome IS NULL) = (judged_at IS NULL) AND (outcome IS NULL) = (ruling IS NULL) AND length(btrim(ruling)) > 0);
COMMENT ON COLUMN chancela.guia_session.outcome IS 'how a dispute about it was decided, for good; null where there was none';
GRANT UPDATE (outcome, judged_at, ruling) ON chancela.guia_session TO chancela_app;
