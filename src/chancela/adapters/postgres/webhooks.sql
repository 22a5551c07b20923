-- name: hold
-- Who opens or ends a webhook says of what any is told, so nobody else does meanwhile.
SELECT FROM chancela.operator o WHERE o.ans = %(operator)s FOR NO KEY UPDATE

-- name: _webhook
SELECT w.id, w.url, w.kinds, w.provider, w.created_by, w.created_at, w.ended_at, w.ended_by

-- name: all
{_webhook}
FROM chancela.webhook w
WHERE w.operator = %(operator)s AND w.ended_at IS NULL
ORDER BY w.created_at, w.id

-- name: put
INSERT INTO chancela.webhook (operator, id, url, kinds, provider, created_by, created_at, ended_at, ended_by)
SELECT %(operator)s, n.id, n.url, n.kinds, n.provider, n.created_by, n.created_at, n.ended_at, n.ended_by
FROM json_to_recordset(%(rows)s::json)
     AS n (id uuid, url text, kinds text[], provider text, created_by text, created_at timestamptz, ended_at timestamptz, ended_by text)
ON CONFLICT ON CONSTRAINT a_webhook_has_one_id DO UPDATE SET ended_at = EXCLUDED.ended_at, ended_by = EXCLUDED.ended_by

-- name: forget_ended
-- What waits for a webhook that ended is told to nobody.
DELETE FROM chancela.webhook_event e
WHERE e.operator = %(operator)s AND e.state = 'waiting' AND e.webhook_id = ANY(%(ended)s::uuid[])

-- name: say_told
UPDATE chancela.operator o SET told = ARRAY(
    SELECT DISTINCT k.kind FROM chancela.webhook w, unnest(w.kinds) AS k (kind)
    WHERE w.operator = %(operator)s AND w.ended_at IS NULL ORDER BY k.kind)
WHERE o.ans = %(operator)s

-- name: insert_webhook_events
-- Asked only where some webhook of the operator is told of such an event: others pay nothing for it.
INSERT INTO chancela.webhook_event (operator, id, webhook_id, kind, guia_id, at, due_at)
SELECT %(operator)s, gen_random_uuid(), w.id, n.kind, n.guia_id, n.at, n.at
FROM json_to_recordset(%(rows)s::json) AS n (kind text, guia_id uuid, provider text, at timestamptz)
JOIN chancela.webhook w ON w.operator = %(operator)s AND w.ended_at IS NULL AND n.kind = ANY(w.kinds)
 AND (w.provider IS NULL OR w.provider = n.provider)

-- name: listed
-- Those of one provider alone where one is named; ended ones too for a month.
{_webhook}, w.delivered_at, w.failed_at, w.failure,
       (SELECT count(*) FROM (SELECT FROM chancela.webhook_event e
            WHERE e.operator = %(operator)s AND e.webhook_id = w.id AND e.state = 'waiting' LIMIT 1000) n)
FROM chancela.webhook w
WHERE w.operator = %(operator)s AND (%(provider)s::text IS NULL OR w.provider = %(provider)s)
  AND (w.ended_at IS NULL OR (%(ended)s AND w.ended_at > clock_timestamp() - interval '30 days'))
ORDER BY w.ended_at IS NOT NULL, w.created_at, w.id

-- name: claim
-- Of each webhook as many as it has room for, so that one that answers slowly holds nobody up. Those with the fewest under way
-- come first, then those whose last attempt ended longest ago: everyone's turn comes, however many are slow. They are put in
-- order before their messages are looked at, so that no more of these are locked than taken.
WITH due AS (
    SELECT d.id, w.url
    FROM (
        SELECT h.id, h.url, COALESCE((%(busy)s::jsonb ->> h.id::text)::int, 0) AS held,
               GREATEST(h.delivered_at, h.failed_at) AS turn_at
        FROM chancela.webhook h
        WHERE h.operator = %(operator)s AND h.ended_at IS NULL
        ORDER BY held, turn_at NULLS FIRST, h.id) w
    CROSS JOIN LATERAL (
        SELECT e.id FROM chancela.webhook_event e
        WHERE e.operator = %(operator)s AND e.webhook_id = w.id AND e.state = 'waiting' AND e.due_at <= now()
        ORDER BY e.due_at
        LIMIT GREATEST(0, %(each)s - w.held)
        FOR UPDATE SKIP LOCKED) d
    ORDER BY w.held, w.turn_at NULLS FIRST, w.id
    LIMIT %(limit)s
)
UPDATE chancela.webhook_event e
SET attempts = e.attempts + 1, due_at = clock_timestamp() + make_interval(secs => %(lease_s)s::double precision)
FROM due
WHERE e.operator = %(operator)s AND e.id = due.id
RETURNING e.id, e.webhook_id, due.url, e.kind, e.guia_id, e.at, e.attempts, e.body

-- name: settle
-- An attempt whose lease was over, and which another worker made again, settles nothing.
WITH told AS (
    SELECT * FROM json_to_recordset(%(rows)s::json)
        AS n (id uuid, webhook_id uuid, attempt int, state text, wait_s double precision, failure text, body text)
), settled AS (
    UPDATE chancela.webhook_event e
    SET state = n.state, failure = n.failure, body = CASE WHEN n.state = 'waiting' THEN n.body END,
        due_at = clock_timestamp() + make_interval(secs => COALESCE(n.wait_s, 0)),
        settled_at = CASE WHEN n.state <> 'waiting' THEN clock_timestamp() END
    FROM told n
    WHERE e.operator = %(operator)s AND e.id = n.id AND e.state = 'waiting' AND e.attempts = n.attempt
)
UPDATE chancela.webhook w
SET delivered_at = CASE WHEN s.well THEN s.at ELSE w.delivered_at END,
    failed_at = CASE WHEN s.failure IS NOT NULL THEN s.at ELSE w.failed_at END,
    failure = COALESCE(s.failure, w.failure)
FROM (
    SELECT n.webhook_id, bool_or(n.state = 'delivered') AS well, max(n.failure) AS failure, clock_timestamp() AS at
    FROM told n GROUP BY 1) s
WHERE w.operator = %(operator)s AND w.id = s.webhook_id

-- name: forget
DELETE FROM chancela.webhook_event e
WHERE e.operator = %(operator)s AND e.state <> 'waiting'
  AND e.settled_at < clock_timestamp() - CASE WHEN e.state = 'delivered' THEN interval '3 days' ELSE interval '30 days' END

-- name: due
SELECT count(*), COALESCE(EXTRACT(epoch FROM clock_timestamp() - min(e.due_at)), 0)::double precision
FROM chancela.webhook_event e
WHERE e.operator = %(operator)s AND e.state = 'waiting' AND e.due_at <= now()
