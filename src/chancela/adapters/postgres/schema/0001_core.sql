-- The core: every key begins with the operator, every rule that must hold has a name that says it.
CREATE SCHEMA IF NOT EXISTS chancela;

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'chancela_app') THEN
        CREATE ROLE chancela_app NOLOGIN;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL; -- another installation in the same cluster was quicker
END
$$;
GRANT chancela_app TO CURRENT_USER;

CREATE TABLE chancela.operator (
    ans text CONSTRAINT an_operator_has_one_ans_register PRIMARY KEY
        CONSTRAINT an_ans_register_has_six_digits CHECK (ans ~ '^[0-9]{6}$'),
    name text NOT NULL,
    profile text NOT NULL,
    settings jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN chancela.operator.settings IS 'policy overrides, analysis rules and call centre lines';

CREATE TABLE chancela.key_mark (
    only_one boolean DEFAULT true CONSTRAINT a_database_belongs_to_one_key_file PRIMARY KEY CHECK (only_one),
    mark bytea NOT NULL
);
COMMENT ON TABLE chancela.key_mark IS 'a MAC under the key file, so that a lost or foreign key file is noticed at the start';

CREATE TABLE chancela.procedure (
    table_code text NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    dental boolean NOT NULL,
    words tsvector NOT NULL,
    CONSTRAINT a_procedure_stands_once_in_its_table PRIMARY KEY (table_code, code)
);
CREATE INDEX procedure_by_words ON chancela.procedure USING gin (words);

CREATE TABLE chancela.beneficiary (
    operator text NOT NULL REFERENCES chancela.operator,
    id uuid NOT NULL,
    card_number text NOT NULL
        CONSTRAINT a_card_number_has_1_to_20_characters CHECK (length(card_number) BETWEEN 1 AND 20),
    name text NOT NULL,
    relation text NOT NULL,
    holder_id uuid,
    birth_date date,
    cpf text,
    plan text NOT NULL DEFAULT '',
    standing text NOT NULL DEFAULT 'active',
    joined_date date,
    ended_date date,
    card_valid_until date,
    covers_dental boolean NOT NULL DEFAULT true,
    covers_medical boolean NOT NULL DEFAULT true,
    has_app boolean NOT NULL DEFAULT false,
    preferred_channel text,
    CONSTRAINT a_beneficiary_has_one_id PRIMARY KEY (operator, id),
    CONSTRAINT a_card_number_belongs_to_one_person UNIQUE (operator, card_number)
);
CREATE INDEX beneficiary_by_holder ON chancela.beneficiary (operator, holder_id) WHERE holder_id IS NOT NULL;

CREATE TABLE chancela.contact (
    operator text NOT NULL,
    id uuid NOT NULL,
    beneficiary_id uuid NOT NULL,
    kind text NOT NULL,
    address text NOT NULL,
    state text NOT NULL,
    typed_by text,
    guia_id uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT a_contact_has_one_id PRIMARY KEY (operator, id),
    CONSTRAINT an_address_stands_once_for_a_person UNIQUE (operator, beneficiary_id, kind, address),
    CONSTRAINT a_contact_belongs_to_a_beneficiary
        FOREIGN KEY (operator, beneficiary_id) REFERENCES chancela.beneficiary (operator, id),
    CONSTRAINT a_provisional_contact_names_its_guia_and_provider
        CHECK (state <> 'provisional' OR (guia_id IS NOT NULL AND typed_by IS NOT NULL))
);

CREATE TABLE chancela.provider (
    operator text NOT NULL REFERENCES chancela.operator,
    code text NOT NULL,
    name text NOT NULL,
    document text,
    council text,
    specialties text[] NOT NULL DEFAULT '{}',
    phones text[] NOT NULL DEFAULT '{}',
    emails text[] NOT NULL DEFAULT '{}',
    active boolean NOT NULL DEFAULT true,
    CONSTRAINT a_provider_has_one_code PRIMARY KEY (operator, code)
);

CREATE TABLE chancela.guia_number (
    operator text NOT NULL,
    year integer NOT NULL,
    last bigint NOT NULL,
    CONSTRAINT an_operator_counts_guias_once_a_year PRIMARY KEY (operator, year)
);

CREATE TABLE chancela.guia (
    operator text NOT NULL REFERENCES chancela.operator,
    id uuid NOT NULL,
    number text NOT NULL,
    provider_number text,
    kind text NOT NULL,
    beneficiary_id uuid NOT NULL,
    card_number text NOT NULL,
    provider text NOT NULL,
    created_at timestamptz NOT NULL,
    valid_until date NOT NULL,
    procedures jsonb NOT NULL,
    authorisation text NOT NULL,
    attendance text NOT NULL,
    requester text,
    notes text,
    cancelled_why text,
    generation integer NOT NULL DEFAULT 0,
    wrong_tries integer NOT NULL DEFAULT 0
        CONSTRAINT wrong_tries_of_a_guia_never_pass_ten CHECK (wrong_tries BETWEEN 0 AND 10),
    last_end text,
    CONSTRAINT a_guia_has_one_id PRIMARY KEY (operator, id),
    CONSTRAINT a_guia_number_is_given_once UNIQUE (operator, number),
    CONSTRAINT a_cancelled_guia_says_why CHECK (authorisation <> 'cancelled' OR cancelled_why IS NOT NULL)
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX a_provider_presents_a_number_once
    ON chancela.guia (operator, provider, provider_number) WHERE provider_number IS NOT NULL;
CREATE INDEX guia_by_provider ON chancela.guia (operator, provider, id);
CREATE INDEX guia_by_beneficiary ON chancela.guia (operator, beneficiary_id, id);
COMMENT ON COLUMN chancela.guia.generation IS 'of the last code that ended; a live one has its own in live_token';

CREATE TABLE chancela.live_token (
    operator text NOT NULL,
    guia_id uuid NOT NULL,
    generation integer NOT NULL,
    issued_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    wrong_tries integer NOT NULL DEFAULT 0
        CONSTRAINT wrong_tries_of_a_code_never_pass_five CHECK (wrong_tries BETWEEN 0 AND 5),
    digest bytea NOT NULL,
    sealed bytea NOT NULL,
    key_date date NOT NULL,
    CONSTRAINT one_live_token_per_guia PRIMARY KEY (operator, guia_id),
    CONSTRAINT a_code_expires_after_it_is_issued CHECK (expires_at > issued_at)
) WITH (fillfactor = 80);
CREATE INDEX live_token_by_expiry ON chancela.live_token USING brin (expires_at);
COMMENT ON TABLE chancela.live_token IS 'the only place that holds a code, sealed; a row is deleted when its code ends';

CREATE TABLE chancela.token (
    operator text NOT NULL,
    guia_id uuid NOT NULL,
    generation integer NOT NULL,
    issued_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    wrong_tries integer NOT NULL,
    ended_at timestamptz NOT NULL,
    "end" text NOT NULL,
    CONSTRAINT a_generation_ends_once PRIMARY KEY (operator, guia_id, generation, ended_at)
) PARTITION BY RANGE (ended_at);
COMMENT ON TABLE chancela.token IS 'codes that ended, without anything from which their digits could be found';

CREATE TABLE chancela.validation (
    operator text NOT NULL,
    guia_id uuid NOT NULL,
    validated_at timestamptz NOT NULL,
    validation_window text NOT NULL,
    method text NOT NULL,
    code text NOT NULL CONSTRAINT a_validation_code_fits_tiss CHECK (length(code) BETWEEN 1 AND 10),
    generation integer NOT NULL,
    validated_by text NOT NULL,
    event_seq bigint NOT NULL,
    CONSTRAINT a_guia_is_validated_at_most_once PRIMARY KEY (operator, guia_id)
);

CREATE TABLE chancela.delivery (
    operator text NOT NULL,
    id uuid NOT NULL,
    guia_id uuid NOT NULL,
    beneficiary_id uuid NOT NULL,
    generation integer NOT NULL,
    channel text NOT NULL,
    contact_id uuid,
    masked text NOT NULL,
    state text NOT NULL DEFAULT 'queued',
    planned_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    carrier text,
    carrier_id text,
    failure text,
    CONSTRAINT a_delivery_is_planned_once PRIMARY KEY (operator, id, planned_at)
) PARTITION BY RANGE (planned_at);
CREATE INDEX delivery_by_person ON chancela.delivery (operator, beneficiary_id, guia_id, planned_at);
CREATE INDEX delivery_due ON chancela.delivery (operator, channel, due_at) WHERE state IN ('queued', 'sending');
CREATE FUNCTION chancela.refuse_a_step_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a delivery never moves back, from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
END
$$;
CREATE TRIGGER a_delivery_only_moves_forward BEFORE UPDATE ON chancela.delivery FOR EACH ROW
    WHEN (COALESCE(
        array_position(ARRAY['queued', 'sending', 'handed_over', 'failed', 'delivered'], NEW.state), 0
    ) < array_position(ARRAY['queued', 'sending', 'handed_over', 'failed', 'delivered'], OLD.state))
    EXECUTE FUNCTION chancela.refuse_a_step_back();
COMMENT ON TABLE chancela.delivery IS 'the outbox and the ladder: never a digit, never an address in clear';

CREATE TABLE chancela.trail (
    operator text NOT NULL,
    seq bigint NOT NULL,
    at timestamptz NOT NULL,
    kind text NOT NULL,
    subject uuid NOT NULL,
    actor text NOT NULL,
    data text NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT an_event_has_one_place PRIMARY KEY (operator, seq, at)
) PARTITION BY RANGE (at);

CREATE TABLE chancela.trail_head (
    operator text CONSTRAINT a_trail_has_one_head PRIMARY KEY,
    seq bigint NOT NULL,
    hash bytea NOT NULL,
    mac bytea NOT NULL
);
COMMENT ON COLUMN chancela.trail_head.mac IS 'under the key file, so that a shortened trail cannot be given a fitting head';

CREATE TABLE chancela.checkpoint (
    operator text NOT NULL,
    size bigint NOT NULL,
    made_at timestamptz NOT NULL,
    root bytea NOT NULL,
    frontier bytea[] NOT NULL,
    jws text NOT NULL,
    CONSTRAINT a_trail_has_one_checkpoint_a_size PRIMARY KEY (operator, size)
);

CREATE TABLE chancela.provider_day (
    operator text NOT NULL,
    provider text NOT NULL,
    day date NOT NULL,
    guias integer NOT NULL DEFAULT 0,
    sends integer NOT NULL DEFAULT 0,
    wrong integer NOT NULL DEFAULT 0,
    wrong_at timestamptz,
    CONSTRAINT a_provider_has_one_count_a_day PRIMARY KEY (operator, provider, day)
) WITH (fillfactor = 50);

CREATE TABLE chancela.fleet_hour (
    operator text NOT NULL,
    hour timestamptz NOT NULL,
    judged integer NOT NULL DEFAULT 0,
    wrong integer NOT NULL DEFAULT 0,
    CONSTRAINT an_operator_has_one_count_an_hour PRIMARY KEY (operator, hour)
) WITH (fillfactor = 50);

CREATE TABLE chancela.answer (
    operator text NOT NULL,
    asker text NOT NULL,
    key text NOT NULL,
    digest bytea NOT NULL,
    status integer NOT NULL,
    body bytea NOT NULL,
    answered_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT a_key_is_answered_once PRIMARY KEY (operator, asker, key)
);
CREATE INDEX answer_by_age ON chancela.answer USING brin (answered_at);

CREATE TABLE chancela.client (
    operator text NOT NULL REFERENCES chancela.operator,
    id text NOT NULL,
    name text NOT NULL,
    provider text,
    secret_hash bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz,
    CONSTRAINT a_client_has_one_id PRIMARY KEY (operator, id)
);

CREATE TABLE chancela.inbox_message (
    operator text NOT NULL,
    id uuid NOT NULL,
    card_number text NOT NULL,
    channel text NOT NULL,
    masked text NOT NULL,
    sealed bytea NOT NULL,
    key_date date NOT NULL,
    received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT a_message_arrives_once PRIMARY KEY (operator, id)
);
CREATE INDEX inbox_by_card ON chancela.inbox_message (card_number, received_at);
COMMENT ON TABLE chancela.inbox_message IS 'the demo phones: texts sealed under the day key; empty outside demo mode';

CREATE FUNCTION chancela.ensure_partitions(around timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    parent text;
    month date;
    child text;
BEGIN
    FOREACH parent IN ARRAY ARRAY['token', 'delivery', 'trail'] LOOP
        FOR step IN 0..2 LOOP
            month := (date_trunc('month', around AT TIME ZONE 'UTC') + make_interval(months => step))::date;
            child := format('%s_%s', parent, to_char(month, 'YYYY_MM'));
            IF to_regclass('chancela.' || child) IS NULL THEN
                EXECUTE format(
                    'CREATE TABLE chancela.%I PARTITION OF chancela.%I FOR VALUES FROM (%L) TO (%L)',
                    child, parent, month::text || ' 00:00+00', (month + interval '1 month')::date::text || ' 00:00+00'
                );
                EXECUTE format('ALTER TABLE chancela.%I ENABLE ROW LEVEL SECURITY', child);
            END IF;
        END LOOP;
    END LOOP;
END
$$;
SELECT chancela.ensure_partitions(now());

DO $$
DECLARE
    walled text;
BEGIN
    FOREACH walled IN ARRAY ARRAY[
        'beneficiary', 'contact', 'provider', 'guia_number', 'guia', 'live_token', 'token', 'validation', 'delivery',
        'trail', 'trail_head', 'checkpoint', 'provider_day', 'fleet_hour', 'answer', 'client', 'inbox_message'
    ] LOOP
        EXECUTE format('ALTER TABLE chancela.%I ENABLE ROW LEVEL SECURITY', walled);
        EXECUTE format('ALTER TABLE chancela.%I FORCE ROW LEVEL SECURITY', walled);
        EXECUTE format(
            'CREATE POLICY only_the_operator_at_work ON chancela.%I TO chancela_app '
            'USING (operator = current_setting(''chancela.operator'', true)) '
            'WITH CHECK (operator = current_setting(''chancela.operator'', true))', walled
        );
    END LOOP;
END
$$;

GRANT USAGE ON SCHEMA chancela TO chancela_app;
GRANT SELECT ON chancela.operator, chancela.procedure TO chancela_app;
GRANT SELECT, INSERT ON chancela.key_mark TO chancela_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON
    chancela.beneficiary, chancela.contact, chancela.provider, chancela.guia_number, chancela.guia, chancela.live_token,
    chancela.delivery, chancela.trail_head, chancela.provider_day, chancela.fleet_hour, chancela.answer, chancela.client,
    chancela.inbox_message TO chancela_app;
GRANT SELECT, INSERT ON chancela.token, chancela.validation, chancela.trail, chancela.checkpoint TO chancela_app;
