-- Until when what people declared is proof, unless they say again that it goes on.
ALTER TABLE chancela.outage ADD confirm_by timestamptz;
COMMENT ON COLUMN chancela.outage.confirm_by IS 'when one that runs because people say so ends, unless somebody confirms it before';

-- Of what runs already nobody was told that it has to be confirmed: its time begins now.
ALTER TABLE chancela.outage NO FORCE ROW LEVEL SECURITY;
UPDATE chancela.outage SET confirm_by = date_trunc('minute', clock_timestamp()) + interval '24 hours'
WHERE ended_at IS NULL AND declared_by IS NOT NULL;
ALTER TABLE chancela.outage FORCE ROW LEVEL SECURITY;
ALTER TABLE chancela.outage
    ADD CONSTRAINT what_people_declared_runs_until_it_has_to_be_confirmed CHECK (ended_at IS NOT NULL OR noticed OR confirm_by IS NOT NULL),
    ADD CONSTRAINT only_what_was_declared_and_runs_has_to_be_confirmed
        CHECK (confirm_by IS NULL OR (ended_at IS NULL AND declared_by IS NOT NULL AND confirm_by > started_at));

DROP INDEX chancela.outage_by_end;
ALTER TABLE chancela.outage DROP until;
ALTER TABLE chancela.outage
    ADD until timestamptz NOT NULL GENERATED ALWAYS AS (COALESCE(ended_at, confirm_by, 'infinity'::timestamptz)) STORED;
CREATE INDEX outage_by_end ON chancela.outage (operator, until) WHERE part_of IS NULL;
