-- What a provider answered before more of its attendance was disputed: it may answer again, and the former answers stay.
ALTER TABLE chancela.report
    ADD former jsonb NOT NULL DEFAULT '[]',
    ADD CONSTRAINT former_answers_are_a_list CHECK (jsonb_typeof(former) = 'array'),
    ADD CONSTRAINT only_a_dispute_has_former_answers CHECK (was IS NOT NULL OR former = '[]');
COMMENT ON COLUMN chancela.report.former IS 'what the provider answered before more was disputed: each text, its instant, and the sessions in question';
ALTER TABLE chancela.report RENAME CONSTRAINT a_provider_answers_a_dispute_once TO what_a_provider_answers_has_its_time;
