-- Sessions of a series: one guia, many visits, each confirmed for itself.
ALTER TABLE chancela.guia ADD COLUMN sessions int NOT NULL DEFAULT 1
    CONSTRAINT a_guia_has_1_to_99_sessions CHECK (sessions BETWEEN 1 AND 99);
COMMENT ON COLUMN chancela.guia.sessions IS 'how many visits its series has; 1 where it is none';

CREATE TABLE chancela.guia_session (
    operator text NOT NULL REFERENCES chancela.operator,
    guia_id uuid NOT NULL,
    place int NOT NULL CONSTRAINT a_session_has_a_place_from_1_to_99 CHECK (place BETWEEN 1 AND 99),
    at timestamptz NOT NULL,
    by text NOT NULL,
    generation int NOT NULL,
    method text CONSTRAINT a_session_is_confirmed_by_a_known_way CHECK (method IN ('token', 'offline', 'paper')),
    session_window text CONSTRAINT a_session_has_a_known_window CHECK (session_window IN ('fresh', 'valid', 'late')),
    upon int,
    device_id uuid,
    device_day date,
    reason text,
    tiss text CONSTRAINT a_session_without_a_code_has_a_value_of_table_74 CHECK (tiss IN ('01', '02', '03', '04', '05', '06', '07')),
    protocol text,
    detail text CONSTRAINT what_is_told_of_a_session_is_short CHECK (length(detail) <= 500),
    call_protocol text,
    second_person text,
    taken_at timestamptz,
    outage_id uuid,
    owes text[] NOT NULL DEFAULT '{}',
    lead text CONSTRAINT a_session_without_a_code_leads_somewhere CHECK (lead IN ('accepted', 'sampled', 'reviewed')),
    review text NOT NULL DEFAULT 'none' CONSTRAINT a_session_is_looked_at_or_not CHECK (review IN ('none', 'waiting')),
    closed_why text CONSTRAINT why_a_series_ended_is_short CHECK (length(closed_why) BETWEEN 1 AND 500),
    event_seq bigint NOT NULL,
    CONSTRAINT a_session_takes_place_once PRIMARY KEY (operator, guia_id, place),
    CONSTRAINT a_session_belongs_to_a_guia FOREIGN KEY (operator, guia_id) REFERENCES chancela.guia (operator, id),
    CONSTRAINT a_session_has_a_code_or_says_why CHECK ((method IS NULL) = (reason IS NOT NULL)),
    CONSTRAINT a_code_of_a_session_has_its_window CHECK ((method IS NULL) = (session_window IS NULL)),
    CONSTRAINT a_session_without_a_code_has_its_protocol
        CHECK ((reason IS NULL) = (tiss IS NULL) AND (reason IS NULL) = (protocol IS NULL) AND (reason IS NULL) = (lead IS NULL)),
    CONSTRAINT a_session_stands_upon_one_before_it CHECK (upon < place),
    CONSTRAINT a_computed_code_names_its_device_and_day
        CHECK ((device_id IS NULL) = (device_day IS NULL) AND (device_id IS NULL OR method = 'offline')),
    CONSTRAINT a_computed_code_confirms_one_session UNIQUE (operator, guia_id, device_id, device_day)
);
COMMENT ON COLUMN chancela.guia_session.upon IS 'the session of the same day whose code stands for this one';
COMMENT ON COLUMN chancela.guia_session.closed_why IS 'why the series ended with this session before its time';
SELECT chancela.build_wall('guia_session');
GRANT SELECT, INSERT ON chancela.guia_session TO chancela_app;
GRANT UPDATE (closed_why) ON chancela.guia_session TO chancela_app;
