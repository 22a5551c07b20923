-- Guias printed to be signed, and what came back of them.
CREATE TABLE chancela.slip (
    operator text NOT NULL REFERENCES chancela.operator,
    id uuid NOT NULL,
    guia_id uuid NOT NULL,
    provider text NOT NULL,
    printed_at timestamptz NOT NULL,
    printed_by text NOT NULL,
    procedures jsonb NOT NULL CONSTRAINT a_sheet_lists_its_procedures CHECK (jsonb_typeof(procedures) = 'array'),
    until date NOT NULL,
    sessions integer NOT NULL CONSTRAINT a_sheet_is_of_one_session_or_more CHECK (sessions >= 1),
    ended_at timestamptz,
    returned_at timestamptz,
    returned_by text,
    attachment_id uuid,
    recognised text CONSTRAINT a_sheet_is_known_by_its_qr_or_its_number CHECK (recognised IN ('qr', 'number')),
    visit_date date,
    CONSTRAINT a_slip_has_one_id PRIMARY KEY (operator, id),
    CONSTRAINT a_slip_belongs_to_a_guia FOREIGN KEY (operator, guia_id) REFERENCES chancela.guia (operator, id),
    CONSTRAINT a_signed_sheet_is_a_document_that_is_kept
        FOREIGN KEY (operator, attachment_id) REFERENCES chancela.attachment (operator, id),
    CONSTRAINT a_sheet_comes_back_or_is_printed_over CHECK (ended_at IS NULL OR returned_at IS NULL),
    CONSTRAINT a_sheet_that_came_back_says_how
        CHECK (num_nonnulls(returned_at, returned_by, attachment_id, recognised, visit_date) IN (0, 5)),
    CONSTRAINT a_visit_is_on_a_day_from_the_printing_to_the_return
        CHECK (visit_date BETWEEN (printed_at AT TIME ZONE 'America/Sao_Paulo')::date
                              AND (returned_at AT TIME ZONE 'America/Sao_Paulo')::date)
);
CREATE UNIQUE INDEX a_guia_has_one_sheet_to_sign ON chancela.slip (operator, guia_id) WHERE ended_at IS NULL AND returned_at IS NULL;
CREATE INDEX slip_by_guia ON chancela.slip (operator, guia_id, printed_at);
CREATE UNIQUE INDEX a_document_is_the_sheet_of_one_slip ON chancela.slip (operator, attachment_id) WHERE attachment_id IS NOT NULL;
COMMENT ON COLUMN chancela.slip.id IS 'the nonce of what is signed in the QR';
COMMENT ON COLUMN chancela.slip.procedures IS 'what the sheet lists, as it stood when it was printed';
SELECT chancela.build_wall('slip');
GRANT SELECT, INSERT, UPDATE ON chancela.slip TO chancela_app;
