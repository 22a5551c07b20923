-- An attendance that was recorded without a code is told, too; a series may have a session of each kind to tell.
ALTER TABLE chancela.untold
    ADD without_code boolean NOT NULL DEFAULT false,
    DROP CONSTRAINT a_validation_is_told_once,
    ADD CONSTRAINT an_attendance_is_told_once PRIMARY KEY (operator, guia_id, without_code);
COMMENT ON TABLE chancela.untold IS 'recorded attendances of which nobody was told yet: written with each, deleted by the deed that tells';
COMMENT ON COLUMN chancela.untold.without_code IS 'whether it was recorded with a reason, and not by a code';
