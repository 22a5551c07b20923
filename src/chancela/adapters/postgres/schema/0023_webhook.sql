-- Webhooks: which systems are told of what, and the messages that wait for them.
CREATE TABLE chancela.webhook (
    operator text NOT NULL REFERENCES chancela.operator,
    id uuid NOT NULL,
    url text NOT NULL CONSTRAINT a_webhooks_address_is_short CHECK (length(url) <= 2048),
    kinds text[] NOT NULL CONSTRAINT a_webhook_is_told_of_something CHECK (cardinality(kinds) > 0),
    provider text,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    ended_at timestamptz,
    ended_by text,
    delivered_at timestamptz,
    failed_at timestamptz,
    failure text,
    CONSTRAINT a_webhook_has_one_id PRIMARY KEY (operator, id),
    CONSTRAINT an_ended_webhook_says_by_whom CHECK ((ended_at IS NULL) = (ended_by IS NULL))
);
CREATE INDEX webhook_open ON chancela.webhook (operator) WHERE ended_at IS NULL;
COMMENT ON TABLE chancela.webhook IS 'no secret is kept: what signs for a webhook follows from the key file and its id';
COMMENT ON COLUMN chancela.webhook.provider IS 'whose guias it is told of; null for those of the whole operator';
COMMENT ON COLUMN chancela.webhook.failure IS 'how the last attempt failed, without an address';

ALTER TABLE chancela.operator ADD told text[] NOT NULL DEFAULT '{}';
COMMENT ON COLUMN chancela.operator.told IS 'of what any webhook is told: written with chancela.webhook, read with every deed';
GRANT UPDATE (told) ON chancela.operator TO chancela_app;

CREATE TABLE chancela.webhook_event (
    operator text NOT NULL,
    id uuid NOT NULL,
    webhook_id uuid NOT NULL,
    kind text NOT NULL,
    guia_id uuid NOT NULL,
    at timestamptz NOT NULL,
    state text NOT NULL DEFAULT 'waiting'
        CONSTRAINT an_event_waits_or_was_delivered_or_given_up CHECK (state IN ('waiting', 'delivered', 'failed')),
    attempts integer NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL,
    body text,
    settled_at timestamptz,
    failure text,
    CONSTRAINT an_event_has_one_id PRIMARY KEY (operator, id),
    CONSTRAINT an_event_is_told_to_a_webhook FOREIGN KEY (operator, webhook_id) REFERENCES chancela.webhook (operator, id),
    CONSTRAINT an_event_is_of_a_guia FOREIGN KEY (operator, guia_id) REFERENCES chancela.guia (operator, id),
    CONSTRAINT what_is_settled_says_when CHECK ((state = 'waiting') = (settled_at IS NULL)),
    CONSTRAINT what_is_settled_keeps_no_body CHECK (state = 'waiting' OR body IS NULL)
) WITH (fillfactor = 80);
CREATE INDEX webhook_event_due ON chancela.webhook_event (operator, due_at) WHERE state = 'waiting';
CREATE INDEX webhook_event_of_webhook ON chancela.webhook_event (operator, webhook_id, due_at) WHERE state = 'waiting';
CREATE INDEX webhook_event_settled ON chancela.webhook_event (operator, settled_at) WHERE state <> 'waiting';
COMMENT ON TABLE chancela.webhook_event IS 'the outbox: written with the step that it tells; its id is the webhook-id of every attempt';
COMMENT ON COLUMN chancela.webhook_event.body IS 'what was sent at first, so that every attempt says the same; none before one failed';
SELECT chancela.build_wall('webhook', 'webhook_event');
GRANT SELECT, INSERT, UPDATE ON chancela.webhook TO chancela_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON chancela.webhook_event TO chancela_app;
