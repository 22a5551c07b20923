-- name: all
SELECT c.operator, c.name, c.kind, c.channel, c.settings, c.secrets, c.weight, c.cost_millis, c.daily_cap_millis, c.enabled,
       c.created_at, c.changed_at
FROM chancela.carrier c WHERE c.operator = %(operator)s ORDER BY c.channel, c.name

-- name: find
SELECT c.operator, c.name, c.kind, c.channel, c.settings, c.secrets, c.weight, c.cost_millis, c.daily_cap_millis, c.enabled,
       c.created_at, c.changed_at
FROM chancela.carrier c WHERE c.operator = %(operator)s AND c.name = %(name)s

-- name: put
INSERT INTO chancela.carrier AS c (operator, name, kind, channel, settings, secrets, weight, cost_millis, daily_cap_millis, enabled)
VALUES (%(operator)s, %(name)s, %(kind)s, %(channel)s, %(settings)s::jsonb, %(secrets)s, %(weight)s, %(cost_millis)s,
        %(daily_cap_millis)s, %(enabled)s)
ON CONFLICT ON CONSTRAINT a_carrier_has_one_name DO UPDATE
SET kind = EXCLUDED.kind, channel = EXCLUDED.channel, settings = EXCLUDED.settings, secrets = EXCLUDED.secrets,
    weight = EXCLUDED.weight, cost_millis = EXCLUDED.cost_millis, daily_cap_millis = EXCLUDED.daily_cap_millis,
    enabled = EXCLUDED.enabled, changed_at = clock_timestamp()
RETURNING c.operator, c.name, c.kind, c.channel, c.settings, c.secrets, c.weight, c.cost_millis, c.daily_cap_millis, c.enabled,
          c.created_at, c.changed_at

-- name: carry
UPDATE chancela.operator o
SET carried = ARRAY(SELECT DISTINCT c.channel FROM chancela.carrier c
                    WHERE c.operator = %(operator)s AND c.enabled ORDER BY c.channel)
WHERE o.ans = %(operator)s

-- name: forget_state
DELETE FROM chancela.carrier_state s WHERE s.operator = %(operator)s AND s.carrier = %(name)s

-- name: days
SELECT d.carrier, d.sent, d.delivered, d.failed, d.spent_millis
FROM chancela.carrier_day d WHERE d.operator = %(operator)s AND d.day = %(day)s

-- name: states
SELECT s.carrier, s.state, s.since, s.reason FROM chancela.carrier_state s WHERE s.operator = %(operator)s

-- name: arrival
SELECT d.carrier, count(*),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM d.changed_at - d.planned_at)),
       percentile_cont(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM d.changed_at - d.planned_at))
FROM chancela.delivery d
WHERE d.operator = %(operator)s AND d.planned_at >= %(since)s AND d.state = 'delivered' AND d.purpose = 'code'
  AND d.carrier IS NOT NULL
GROUP BY d.carrier

-- name: alarms
SELECT a.kind, a.subject, a.raised_at, a.sent, a.validated
FROM chancela.alarm a WHERE a.operator = %(operator)s AND a.ended_at IS NULL ORDER BY a.raised_at, a.kind, a.subject

-- name: heard
SELECT r.state, r.failure, r.received_at
FROM chancela.early_receipt r
WHERE r.operator = %(operator)s AND r.carrier = %(carrier)s AND r.carrier_id = ANY(%(carrier_ids)s::text[])
ORDER BY r.received_at

-- name: keep_receipt
INSERT INTO chancela.early_receipt (operator, carrier, carrier_id, state, failure)
VALUES (%(operator)s, %(carrier)s, %(carrier_id)s, %(state)s, %(failure)s)
ON CONFLICT ON CONSTRAINT an_early_receipt_is_kept_once DO NOTHING
