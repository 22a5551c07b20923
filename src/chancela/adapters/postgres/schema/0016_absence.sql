-- Guias without a code: why, what is still owed, and what auditors say of it.
CREATE TABLE chancela.absence (
    operator text NOT NULL REFERENCES chancela.operator,
    guia_id uuid NOT NULL,
    provider text NOT NULL,
    reason text NOT NULL,
    tiss text NOT NULL CONSTRAINT an_absence_has_a_value_of_table_74 CHECK (tiss IN ('01', '02', '03', '04', '05', '06', '07')),
    protocol text NOT NULL,
    at timestamptz NOT NULL,
    by text NOT NULL,
    detail text CONSTRAINT what_is_told_of_an_absence_is_short CHECK (length(detail) <= 500),
    call_protocol text,
    second_person text,
    taken_at timestamptz,
    outage_id uuid,
    owes text[] NOT NULL DEFAULT '{}',
    owes_until date,
    missed text[] NOT NULL DEFAULT '{}',
    lead text NOT NULL CONSTRAINT an_absence_leads_somewhere CHECK (lead IN ('accepted', 'sampled', 'reviewed')),
    review text NOT NULL DEFAULT 'none'
        CONSTRAINT an_absence_is_reviewed_or_not CHECK (review IN ('none', 'waiting', 'accepted', 'refused')),
    review_text text,
    reviewed_at timestamptz,
    reviewed_by text,
    CONSTRAINT a_guia_goes_on_without_a_code_once PRIMARY KEY (operator, guia_id),
    CONSTRAINT an_absence_belongs_to_a_guia FOREIGN KEY (operator, guia_id) REFERENCES chancela.guia (operator, id),
    CONSTRAINT an_absences_protocol_is_given_once UNIQUE (operator, protocol),
    CONSTRAINT what_is_owed_has_its_day CHECK ((owes = '{}') = (owes_until IS NULL)),
    CONSTRAINT a_reviewed_absence_says_by_whom
        CHECK ((review IN ('accepted', 'refused')) = (reviewed_at IS NOT NULL) AND (reviewed_at IS NULL) = (reviewed_by IS NULL)),
    CONSTRAINT a_refused_absence_is_told_in_writing
        CHECK (review <> 'refused' OR (review_text IS NOT NULL AND length(btrim(review_text)) > 0))
);
CREATE INDEX absence_to_review ON chancela.absence (operator, at, guia_id) WHERE review = 'waiting' AND owes_until IS NULL;
CREATE INDEX absence_owing ON chancela.absence (operator, owes_until, guia_id) WHERE owes_until IS NOT NULL;
CREATE INDEX absence_owing_of_a_provider ON chancela.absence (operator, provider, owes_until, guia_id) WHERE owes_until IS NOT NULL;
CREATE INDEX absence_by_provider ON chancela.absence (operator, provider, at);
SELECT chancela.build_wall('absence');
GRANT SELECT, INSERT, UPDATE ON chancela.absence TO chancela_app;
