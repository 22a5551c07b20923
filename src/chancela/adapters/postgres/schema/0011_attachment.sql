-- Documents of guias: what lies outside the database, and under which hash; and what auditors answered.
CREATE INDEX guia_to_audit ON chancela.guia (operator, urgent, id) WHERE authorisation IN ('under_audit', 'awaiting_document');

CREATE TABLE chancela.attachment (
    operator text NOT NULL REFERENCES chancela.operator,
    id uuid NOT NULL,
    guia_id uuid NOT NULL,
    item integer,
    digest text NOT NULL CONSTRAINT a_document_is_named_by_its_sha_256 CHECK (digest ~ '^[0-9a-f]{64}$'),
    media_type text NOT NULL
        CONSTRAINT a_document_is_a_picture_or_pages CHECK (media_type IN ('image/jpeg', 'image/png', 'application/pdf')),
    size integer NOT NULL CONSTRAINT a_document_holds_something CHECK (size > 0),
    pages integer NOT NULL CONSTRAINT a_document_has_1_to_20_pages CHECK (pages BETWEEN 1 AND 20),
    added_by text NOT NULL,
    added_at timestamptz NOT NULL,
    CONSTRAINT a_document_has_one_id PRIMARY KEY (operator, id),
    CONSTRAINT a_document_belongs_to_a_guia FOREIGN KEY (operator, guia_id) REFERENCES chancela.guia (operator, id)
);
CREATE INDEX attachment_by_guia ON chancela.attachment (operator, guia_id);
CREATE INDEX attachment_by_digest ON chancela.attachment (operator, digest);
CREATE INDEX attachment_by_account ON chancela.attachment (operator, added_by, added_at);
COMMENT ON COLUMN chancela.attachment.digest IS 'the name of the sealed file in the data folder, documents/<operator>/<ab>/<digest>';

CREATE TABLE chancela.ruling (
    operator text NOT NULL REFERENCES chancela.operator,
    guia_id uuid NOT NULL,
    item integer NOT NULL,
    provider text NOT NULL,
    state text NOT NULL,
    code text,
    text text,
    protocol text NOT NULL,
    decided_at timestamptz NOT NULL,
    decided_by text NOT NULL,
    CONSTRAINT an_item_is_decided_once_under_a_protocol PRIMARY KEY (operator, guia_id, item, protocol),
    CONSTRAINT an_answer_is_of_a_guia FOREIGN KEY (operator, guia_id) REFERENCES chancela.guia (operator, id),
    CONSTRAINT a_denial_is_given_in_writing
        CHECK (state <> 'denied' OR (code IS NOT NULL AND text IS NOT NULL AND length(btrim(text)) > 0))
);
CREATE INDEX ruling_by_provider ON chancela.ruling (operator, provider, decided_at);
COMMENT ON TABLE chancela.ruling IS 'what auditors answered, procedure by procedure, as it was given';

CREATE TABLE chancela.untold_decision (
    operator text NOT NULL REFERENCES chancela.operator,
    guia_id uuid NOT NULL,
    since timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT an_answer_is_told_once PRIMARY KEY (operator, guia_id)
);
COMMENT ON TABLE chancela.untold_decision IS 'answers that the person was not told of yet: written with each, deleted by the deed that tells';

SELECT chancela.build_wall('attachment', 'ruling', 'untold_decision');
GRANT SELECT, INSERT ON chancela.attachment, chancela.ruling TO chancela_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON chancela.untold_decision TO chancela_app;
