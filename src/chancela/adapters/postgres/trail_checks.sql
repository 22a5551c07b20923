-- name: give_up
UPDATE chancela.trail_check c SET ended_at = clock_timestamp(), outcome = 'given_up'
WHERE c.operator = %(operator)s AND c.ended_at IS NULL AND c.seen_at < clock_timestamp() - %(patience)s::interval

-- name: ask
INSERT INTO chancela.trail_check (operator, id, asked_by) VALUES (%(operator)s, %(id)s, %(asked_by)s)
ON CONFLICT (operator) WHERE ended_at IS NULL DO NOTHING
RETURNING id

-- name: proceed
UPDATE chancela.trail_check c SET done = %(done)s, total = %(total)s, seen_at = clock_timestamp()
WHERE c.operator = %(operator)s AND c.id = %(id)s AND c.ended_at IS NULL
RETURNING c.asked_by

-- name: finish
UPDATE chancela.trail_check c
SET ended_at = clock_timestamp(), seen_at = clock_timestamp(), outcome = %(outcome)s, events = %(events)s,
    checkpoints = %(checkpoints)s, found = %(found)s, findings = %(findings)s::jsonb
WHERE c.operator = %(operator)s AND c.id = %(id)s AND c.ended_at IS NULL
RETURNING c.id

-- name: latest
SELECT c.id, c.asked_at, c.asked_by, c.seen_at, c.done, c.total, c.ended_at, c.outcome, c.events, c.checkpoints, c.found, c.findings
FROM chancela.trail_check c
WHERE c.operator = %(operator)s
ORDER BY c.asked_at DESC
LIMIT %(limit)s
