-- name: wall
SELECT set_config('chancela.operator', %(operator)s, true)

-- name: claim
WITH due AS (
    SELECT d.id, d.planned_at
    FROM chancela.delivery d
    WHERE d.operator = %(operator)s AND d.channel = %(channel)s AND d.state IN ('queued', 'sending')
      AND d.due_at <= now() AND d.planned_at > now() - interval '40 days'
    ORDER BY d.due_at
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
), claimed AS (
    UPDATE chancela.delivery d
    SET state = 'sending', attempts = d.attempts + 1, due_at = clock_timestamp() + %(lease)s::interval, carrier = %(carrier)s
    FROM due
    WHERE d.operator = %(operator)s AND d.id = due.id AND d.planned_at = due.planned_at
    RETURNING d.id, d.planned_at, d.guia_id, d.generation, d.channel, d.contact_id, d.masked, d.attempts
)
SELECT g.id, g.number, g.kind, g.beneficiary_id, g.card_number, g.provider, g.created_at, g.valid_until,
       g.procedures::text, g.authorisation, g.attendance, g.provider_number, g.requester, g.notes, g.cancelled_why,
       COALESCE(l.generation, g.generation), g.wrong_tries, CASE WHEN l.guia_id IS NULL THEN g.last_end END,
       c.id, c.planned_at, c.generation, c.channel, c.masked, c.attempts,
       l.generation, l.issued_at, l.expires_at, l.wrong_tries, l.digest, l.sealed, l.key_date,
       k.id, k.beneficiary_id, k.kind, k.address, k.state, k.typed_by, k.guia_id, k.created_at,
       clock_timestamp()
FROM claimed c
JOIN chancela.guia g ON g.operator = %(operator)s AND g.id = c.guia_id
LEFT JOIN chancela.live_token l ON l.operator = %(operator)s AND l.guia_id = c.guia_id
LEFT JOIN chancela.contact k ON k.operator = %(operator)s AND k.id = c.contact_id AND k.beneficiary_id = g.beneficiary_id

-- name: settle
UPDATE chancela.delivery d
SET state = n.state, changed_at = clock_timestamp(), carrier_id = COALESCE(n.carrier_id, d.carrier_id), failure = n.failure
FROM json_to_recordset(%(rows)s::json)
     AS n (id uuid, planned_at timestamptz, attempt int, state text, carrier_id text, failure text)
WHERE d.operator = %(operator)s AND d.id = n.id AND d.planned_at = n.planned_at
  AND array_position(ARRAY['queued', 'sending', 'handed_over', 'failed', 'delivered'], n.state)
    > array_position(ARRAY['queued', 'sending', 'handed_over', 'failed', 'delivered'], d.state)
  AND (n.state <> 'failed' OR d.attempts = n.attempt)
RETURNING d.guia_id

-- name: put_off
UPDATE chancela.delivery d
SET due_at = clock_timestamp() + make_interval(secs => n.wait_s), failure = n.failure
FROM json_to_recordset(%(rows)s::json)
     AS n (id uuid, planned_at timestamptz, attempt int, wait_s double precision, failure text)
WHERE d.operator = %(operator)s AND d.id = n.id AND d.planned_at = n.planned_at
  AND d.state = 'sending' AND d.attempts = n.attempt

-- name: renew
UPDATE chancela.delivery d
SET due_at = clock_timestamp() + make_interval(secs => %(lease_s)s::double precision)
FROM json_to_recordset(%(rows)s::json) AS n (id uuid, planned_at timestamptz, attempt int)
WHERE d.operator = %(operator)s AND d.id = n.id AND d.planned_at = n.planned_at
  AND d.state = 'sending' AND d.attempts = n.attempt
