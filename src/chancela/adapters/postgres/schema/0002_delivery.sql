-- The ladder and its carriers: who carries what for whom, what came back, and what people said about it.
ALTER TABLE chancela.operator ADD carried text[] NOT NULL DEFAULT '{}';
COMMENT ON COLUMN chancela.operator.carried IS 'channels with an enabled carrier: written with chancela.carrier, read with every deed';

ALTER TABLE chancela.beneficiary
    ADD uses_no_mobile boolean NOT NULL DEFAULT false,
    ADD language text NOT NULL DEFAULT 'pt-br'
        CONSTRAINT a_person_is_written_to_in_portuguese_or_english CHECK (language IN ('pt-br', 'en'));

ALTER TABLE chancela.provider ADD staff text[] NOT NULL DEFAULT '{}';
COMMENT ON COLUMN chancela.provider.staff IS 'phones (E.164) and e-mails (small letters) of those who work there: no patient''s code goes to them';
CREATE INDEX provider_by_contact ON chancela.provider USING gin ((phones || emails || staff));

CREATE INDEX contact_by_address ON chancela.contact (operator, lower(address));
CREATE INDEX contact_in_review ON chancela.contact (operator, created_at) WHERE state = 'in_review';

ALTER TABLE chancela.guia ADD urgent boolean NOT NULL DEFAULT false;

ALTER TABLE chancela.live_token
    ADD rung integer NOT NULL DEFAULT -1,
    ADD climb_at timestamptz;
CREATE INDEX live_token_by_climb ON chancela.live_token (operator, climb_at) WHERE climb_at IS NOT NULL;
COMMENT ON COLUMN chancela.live_token.rung IS 'the last rung of the ladder that went out; -1 before any did';
COMMENT ON COLUMN chancela.live_token.climb_at IS 'when to look whether the next rung is needed; null when it never will be';

ALTER TABLE chancela.delivery
    ADD purpose text NOT NULL DEFAULT 'code',
    ADD rung integer NOT NULL DEFAULT -1,
    ADD handed_over_at timestamptz,
    ADD cost_millis integer NOT NULL DEFAULT 0;
CREATE INDEX delivery_by_carrier_id ON chancela.delivery (operator, carrier_id) WHERE carrier_id IS NOT NULL;
CREATE INDEX delivery_by_time ON chancela.delivery USING brin (planned_at) WITH (pages_per_range = 8);
COMMENT ON COLUMN chancela.delivery.cost_millis IS 'thousandths of a real, as the carrier was declared when it took the message';

CREATE TABLE chancela.carrier (
    operator text NOT NULL REFERENCES chancela.operator,
    name text NOT NULL
        CONSTRAINT a_carrier_has_a_plain_name CHECK (name ~ '^[a-z][a-z0-9-]{0,30}$'),
    kind text NOT NULL,
    channel text NOT NULL,
    settings jsonb NOT NULL DEFAULT '{}',
    secrets bytea NOT NULL,
    weight integer NOT NULL DEFAULT 100
        CONSTRAINT a_carriers_weight_is_1_to_1000 CHECK (weight BETWEEN 1 AND 1000),
    cost_millis integer NOT NULL DEFAULT 0
        CONSTRAINT a_message_costs_nothing_or_more CHECK (cost_millis >= 0),
    daily_cap_millis bigint
        CONSTRAINT a_cap_is_above_nothing CHECK (daily_cap_millis > 0),
    enabled boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    changed_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT a_carrier_has_one_name PRIMARY KEY (operator, name)
);
COMMENT ON COLUMN chancela.carrier.secrets IS 'AES-GCM under a key of the key file, bound to operator and name';

CREATE TABLE chancela.carrier_day (
    operator text NOT NULL,
    carrier text NOT NULL,
    day date NOT NULL,
    sent integer NOT NULL DEFAULT 0,
    delivered integer NOT NULL DEFAULT 0,
    failed integer NOT NULL DEFAULT 0,
    spent_millis bigint NOT NULL DEFAULT 0,
    CONSTRAINT a_carrier_has_one_count_a_day PRIMARY KEY (operator, carrier, day)
) WITH (fillfactor = 50);

CREATE TABLE chancela.carrier_state (
    operator text NOT NULL,
    carrier text NOT NULL,
    state text NOT NULL,
    since timestamptz NOT NULL DEFAULT clock_timestamp(),
    reason text,
    CONSTRAINT a_carrier_stands_in_one_way PRIMARY KEY (operator, carrier)
);
COMMENT ON TABLE chancela.carrier_state IS 'what workers found: open (resting after faults), trying, closed (working), slow, capped';

CREATE TABLE chancela.early_receipt (
    operator text NOT NULL,
    carrier text NOT NULL,
    carrier_id text NOT NULL,
    state text NOT NULL,
    failure text,
    received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT an_early_receipt_is_kept_once PRIMARY KEY (operator, carrier, carrier_id, state)
);
COMMENT ON TABLE chancela.early_receipt IS 'receipts that came before their hand-over was written; matched and deleted, or forgotten after three days';

CREATE TABLE chancela.push_subscription (
    operator text NOT NULL,
    id uuid NOT NULL,
    beneficiary_id uuid NOT NULL,
    endpoint text NOT NULL,
    p256dh text NOT NULL,
    auth text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT a_subscription_has_one_id PRIMARY KEY (operator, id),
    CONSTRAINT an_endpoint_is_subscribed_once UNIQUE (operator, endpoint),
    CONSTRAINT a_subscription_belongs_to_a_beneficiary
        FOREIGN KEY (operator, beneficiary_id) REFERENCES chancela.beneficiary (operator, id)
);
CREATE INDEX push_subscription_by_person ON chancela.push_subscription (operator, beneficiary_id);

CREATE TABLE chancela.protocol_number (
    operator text NOT NULL,
    day date NOT NULL,
    last integer NOT NULL,
    CONSTRAINT an_operator_counts_protocols_once_a_day PRIMARY KEY (operator, day)
);

CREATE TABLE chancela.report (
    operator text NOT NULL,
    guia_id uuid NOT NULL,
    beneficiary_id uuid NOT NULL,
    provider text NOT NULL,
    way text NOT NULL,
    protocol text NOT NULL,
    generation integer NOT NULL,
    opened_at timestamptz NOT NULL,
    outcome text,
    closed_at timestamptz,
    closed_by text,
    CONSTRAINT a_guia_is_reported_once PRIMARY KEY (operator, guia_id),
    CONSTRAINT a_protocol_is_given_once UNIQUE (operator, protocol),
    CONSTRAINT a_closed_report_says_how_and_by_whom
        CHECK ((outcome IS NULL) = (closed_at IS NULL) AND (outcome IS NULL) = (closed_by IS NULL))
);
CREATE INDEX report_by_pair ON chancela.report (operator, beneficiary_id, provider, opened_at);
CREATE INDEX report_by_age ON chancela.report (operator, opened_at) WHERE closed_at IS NULL;

CREATE TABLE chancela.alarm (
    operator text NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    raised_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended_at timestamptz,
    sent integer NOT NULL,
    validated integer NOT NULL,
    CONSTRAINT an_alarm_is_raised_once_at_a_time PRIMARY KEY (operator, kind, subject, raised_at)
);
CREATE UNIQUE INDEX an_alarm_sounds_once ON chancela.alarm (operator, kind, subject) WHERE ended_at IS NULL;
COMMENT ON TABLE chancela.alarm IS 'many messages and few validations, by provider or by number prefix: SMS pumping, or a broken carrier';

DO $$
DECLARE
    walled text;
BEGIN
    FOREACH walled IN ARRAY ARRAY[
        'carrier', 'carrier_day', 'carrier_state', 'early_receipt', 'push_subscription', 'protocol_number', 'report', 'alarm'
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
-- All may know which operators there are; only the one at work says what it carries. The owner, who adds operators, passes.
ALTER TABLE chancela.operator ENABLE ROW LEVEL SECURITY;
CREATE POLICY all_may_know ON chancela.operator FOR SELECT TO chancela_app USING (true);
CREATE POLICY only_the_operator_at_work ON chancela.operator FOR UPDATE TO chancela_app
    USING (ans = current_setting('chancela.operator', true)) WITH CHECK (ans = current_setting('chancela.operator', true));
GRANT UPDATE (carried) ON chancela.operator TO chancela_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON
    chancela.carrier, chancela.carrier_day, chancela.carrier_state, chancela.early_receipt, chancela.push_subscription,
    chancela.protocol_number, chancela.alarm TO chancela_app;
GRANT SELECT, INSERT, UPDATE ON chancela.report TO chancela_app;
