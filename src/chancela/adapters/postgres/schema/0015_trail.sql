-- What finds an event of the trail by whom or what it is about, and what its verification found.
-- An entry has its place by number, so pages are cut by number too: it is the order of the chain, and no two have the same.
CREATE INDEX trail_by_subject ON chancela.trail (operator, subject, seq);
-- What happens with every guia needs no index by its kind or by who did it: going back a little finds it, and an index by who
-- did it would cost the hot path more than all else here together (2.5 microseconds an event; these cost none).
CREATE INDEX trail_by_rare_kind ON chancela.trail (operator, kind, seq) WHERE kind <> ALL (ARRAY[
    'guia:guia:registered', 'guia:token:issued', 'guia:token:sent', 'guia:token:climbed', 'guia:token:refused',
    'guia:token:expired', 'guia:attendance:validated', 'guia:attendance:told'
]);
CREATE INDEX trail_by_rare_deed ON chancela.trail (operator, actor, seq) WHERE kind <> ALL (ARRAY[
    'guia:guia:registered', 'guia:token:issued', 'guia:token:sent', 'guia:token:climbed', 'guia:token:refused',
    'guia:token:expired', 'guia:attendance:validated', 'guia:attendance:told'
]);

-- Whom and which protocol an event names beside its subject, copied out of its data, as nothing inside data can be looked up
-- beside a wall. The events of the hot path name nobody: the trigger passes them by.
CREATE TABLE chancela.trail_mention (
    operator text NOT NULL,
    about text NOT NULL,
    seq bigint NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT an_event_names_somebody_once PRIMARY KEY (operator, about, seq)
);
COMMENT ON COLUMN chancela.trail_mention.about IS 'an id or a protocol number, as it stands in the event''s data';

CREATE FUNCTION chancela.note_whom_an_event_names() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO chancela.trail_mention (operator, about, seq, at)
    SELECT DISTINCT NEW.operator, named[1], NEW.seq, NEW.at
    FROM regexp_matches(NEW.data, '":"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9]{20})"', 'g') AS named
    ON CONFLICT ON CONSTRAINT an_event_names_somebody_once DO NOTHING;
    RETURN NULL;
END
$$;
CREATE TRIGGER an_event_is_found_by_whom_it_names AFTER INSERT ON chancela.trail FOR EACH ROW
    WHEN (NEW.kind <> ALL (ARRAY[
        'guia:guia:registered', 'guia:token:issued', 'guia:token:sent', 'guia:token:climbed', 'guia:token:refused',
        'guia:token:expired', 'guia:attendance:validated', 'guia:attendance:told'
    ]))
    EXECUTE FUNCTION chancela.note_whom_an_event_names();

-- The owner, whom the wall stops too, reads every trail this once.
ALTER TABLE chancela.trail NO FORCE ROW LEVEL SECURITY;
INSERT INTO chancela.trail_mention (operator, about, seq, at)
SELECT DISTINCT t.operator, named[1], t.seq, t.at
FROM chancela.trail t,
     regexp_matches(t.data, '":"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9]{20})"', 'g') AS named
WHERE t.kind <> ALL (ARRAY[
    'guia:guia:registered', 'guia:token:issued', 'guia:token:sent', 'guia:token:climbed', 'guia:token:refused',
    'guia:token:expired', 'guia:attendance:validated', 'guia:attendance:told'
])
ON CONFLICT ON CONSTRAINT an_event_names_somebody_once DO NOTHING;
ALTER TABLE chancela.trail FORCE ROW LEVEL SECURITY;

CREATE TABLE chancela.trail_check (
    operator text NOT NULL REFERENCES chancela.operator,
    id uuid NOT NULL,
    asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    asked_by text NOT NULL,
    seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    done bigint NOT NULL DEFAULT 0,
    total bigint NOT NULL DEFAULT 0,
    ended_at timestamptz,
    outcome text,
    events bigint,
    checkpoints integer,
    found integer,
    findings jsonb NOT NULL DEFAULT '[]',
    CONSTRAINT a_check_has_one_id PRIMARY KEY (operator, id),
    CONSTRAINT an_ended_check_says_how CHECK ((ended_at IS NULL) = (outcome IS NULL))
);
CREATE UNIQUE INDEX a_trail_is_checked_once_at_a_time ON chancela.trail_check (operator) WHERE ended_at IS NULL;
CREATE INDEX trail_check_by_age ON chancela.trail_check (operator, asked_at);
COMMENT ON COLUMN chancela.trail_check.seen_at IS 'when whoever runs it last said how far it is; long ago, it was given up';
COMMENT ON COLUMN chancela.trail_check.findings IS 'the first places that are not as they should be: [where, what]';

SELECT chancela.build_wall('trail_mention', 'trail_check');
GRANT SELECT, INSERT ON chancela.trail_mention TO chancela_app;
GRANT SELECT, INSERT, UPDATE ON chancela.trail_check TO chancela_app;
