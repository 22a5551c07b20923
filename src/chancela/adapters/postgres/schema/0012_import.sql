-- Imports: what each changed, so that the last one can be undone; and by what the next file finds the same people again.
ALTER TABLE chancela.beneficiary
    ADD cco text,
    ADD operator_code text,
    ADD cns text;
COMMENT ON COLUMN chancela.beneficiary.cco IS 'SIB, codigo de controle operacional: by it the ANS knows the person';
COMMENT ON COLUMN chancela.beneficiary.operator_code IS 'SIB, codigoBeneficiario: by it the operator knows the person';
COMMENT ON COLUMN chancela.beneficiary.cns IS 'Cartao Nacional de Saude, 15 digits';
CREATE UNIQUE INDEX a_cco_belongs_to_one_person ON chancela.beneficiary (operator, cco) WHERE cco IS NOT NULL;
CREATE INDEX beneficiary_by_operator_code ON chancela.beneficiary (operator, operator_code) WHERE operator_code IS NOT NULL;

CREATE TABLE chancela.import_run (
    operator text NOT NULL REFERENCES chancela.operator,
    id uuid NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    asked_by text NOT NULL,
    file_name text NOT NULL,
    size bigint NOT NULL,
    digest text NOT NULL,
    ends_absent boolean NOT NULL DEFAULT false,
    uploaded boolean NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    begun_at timestamptz,
    ended_at timestamptz,
    done bigint NOT NULL DEFAULT 0,
    total bigint NOT NULL DEFAULT 0,
    told_at timestamptz,
    counts jsonb NOT NULL DEFAULT '{}',
    notes jsonb NOT NULL DEFAULT '{}',
    refusal text,
    CONSTRAINT an_import_has_one_id PRIMARY KEY (operator, id),
    CONSTRAINT an_import_is_of_people_providers_or_sib CHECK (kind IN ('people', 'providers', 'sib')),
    CONSTRAINT an_import_goes_through_known_states CHECK (state IN (
        'waiting', 'reading', 'ready', 'asked', 'running', 'done', 'cut', 'undo_asked', 'undoing', 'undone', 'refused', 'dropped'
    )),
    CONSTRAINT a_refused_import_says_why CHECK (state <> 'refused' OR refusal IS NOT NULL)
);
CREATE INDEX import_run_by_age ON chancela.import_run (operator, created_at);
COMMENT ON COLUMN chancela.import_run.uploaded IS 'the file lies in the data folder, and the worker does what was asked; otherwise the command line did';
COMMENT ON COLUMN chancela.import_run.begun_at IS 'when it began to change rows: the last import is the one that began last';

CREATE TABLE chancela.import_before (
    operator text NOT NULL,
    run_id uuid NOT NULL,
    what text NOT NULL,
    subject text NOT NULL,
    before jsonb,
    after jsonb NOT NULL,
    CONSTRAINT an_import_remembers_a_thing_once PRIMARY KEY (operator, run_id, what, subject),
    CONSTRAINT what_was_before_belongs_to_an_import
        FOREIGN KEY (operator, run_id) REFERENCES chancela.import_run (operator, id) ON DELETE CASCADE,
    CONSTRAINT an_import_changes_people_contacts_guardians_and_providers
        CHECK (what IN ('person', 'contact', 'guardians', 'provider'))
);
COMMENT ON COLUMN chancela.import_before.before IS 'the columns that were changed, as they were; null where the import brought the thing';

SELECT chancela.build_wall('import_run', 'import_before');
GRANT SELECT, INSERT, UPDATE, DELETE ON chancela.import_run, chancela.import_before TO chancela_app;

-- Whoever is removed by an undo is looked for in each of these: indexes of what is alive alone do not help there.
CREATE INDEX device_of_person ON chancela.device (operator, beneficiary_id);
CREATE INDEX passkey_of_person ON chancela.passkey (operator, beneficiary_id);
CREATE INDEX paper_code_of_person ON chancela.paper_code (operator, beneficiary_id);
CREATE INDEX tie_of_person ON chancela.tie (operator, of_id);
