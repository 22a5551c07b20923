-- Numbers for care without a connection, and what was done under them.
CREATE TABLE chancela.block_count (
    operator text NOT NULL REFERENCES chancela.operator,
    last integer NOT NULL CONSTRAINT an_operator_has_at_most_999999_blocks CHECK (last BETWEEN 0 AND 999999),
    CONSTRAINT an_operator_counts_blocks_once PRIMARY KEY (operator)
);

CREATE TABLE chancela.number_block (
    operator text NOT NULL REFERENCES chancela.operator,
    id uuid NOT NULL,
    no integer NOT NULL CONSTRAINT blocks_are_counted_from_one CHECK (no BETWEEN 1 AND 999999),
    provider text NOT NULL,
    numbers text[] NOT NULL
        CONSTRAINT a_block_has_1_to_99_numbers CHECK (cardinality(numbers) BETWEEN 1 AND 99),
    issued_at timestamptz NOT NULL,
    issued_by text NOT NULL,
    valid_until date NOT NULL,
    ended_at timestamptz,
    ended_by text,
    why text NOT NULL DEFAULT '' CONSTRAINT why_a_block_ended_is_short CHECK (length(why) <= 200),
    told jsonb,
    machine uuid,
    CONSTRAINT a_block_has_one_id PRIMARY KEY (operator, id),
    CONSTRAINT a_block_has_its_own_number UNIQUE (operator, no),
    CONSTRAINT a_block_belongs_to_a_provider FOREIGN KEY (operator, provider) REFERENCES chancela.provider (operator, code),
    CONSTRAINT an_ended_block_says_by_whom_and_why
        CHECK ((ended_at IS NULL) = (ended_by IS NULL) AND (ended_at IS NULL) = (why = '')),
    CONSTRAINT one_number_is_told_by_telephone CHECK (told IS NULL OR cardinality(numbers) = 1)
);
CREATE INDEX number_block_by_provider ON chancela.number_block (operator, provider, no);
CREATE INDEX number_block_told ON chancela.number_block (operator, issued_at) WHERE told IS NOT NULL;
COMMENT ON COLUMN chancela.number_block.machine IS 'the one computer of the provider that may use these numbers';
COMMENT ON COLUMN chancela.number_block.told IS 'what a provider said who rang for this one number: protocol, card, note';

CREATE TABLE chancela.reconciled (
    operator text NOT NULL REFERENCES chancela.operator,
    number text NOT NULL CONSTRAINT a_contingency_number_has_13_digits CHECK (number ~ '^9[0-9]{12}$'),
    block_id uuid NOT NULL,
    provider text NOT NULL,
    said jsonb NOT NULL,
    fingerprint bytea NOT NULL CONSTRAINT what_was_brought_is_marked_by_sha_256 CHECK (length(fingerprint) = 32),
    result text NOT NULL
        CONSTRAINT what_was_brought_has_a_result CHECK (result IN ('validated', 'without_token', 'refused')),
    at timestamptz NOT NULL,
    by text NOT NULL,
    guia_id uuid,
    refused text,
    differences jsonb NOT NULL DEFAULT '[]',
    CONSTRAINT a_number_is_brought_once PRIMARY KEY (operator, number),
    CONSTRAINT a_number_is_of_a_block FOREIGN KEY (operator, block_id) REFERENCES chancela.number_block (operator, id),
    CONSTRAINT a_number_is_used_for_a_guia FOREIGN KEY (operator, guia_id) REFERENCES chancela.guia (operator, id),
    CONSTRAINT what_was_brought_has_a_guia_or_says_why_not CHECK ((guia_id IS NULL) = (refused IS NOT NULL))
);
CREATE INDEX reconciled_to_correct ON chancela.reconciled (operator, provider, at) WHERE guia_id IS NULL;
CREATE INDEX reconciled_by_block ON chancela.reconciled (operator, block_id);
COMMENT ON COLUMN chancela.reconciled.said IS 'what the record says of the visit, never a code';

SELECT chancela.build_wall('block_count', 'number_block', 'reconciled');
GRANT SELECT, INSERT, UPDATE ON chancela.block_count, chancela.number_block, chancela.reconciled TO chancela_app;

ALTER TABLE chancela.validation ADD COLUMN taken_at timestamptz;
COMMENT ON COLUMN chancela.validation.taken_at IS 'when the code was given, where it was written down offline and confirmed afterwards';
