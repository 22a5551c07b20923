-- name: of
SELECT a.id, a.guia_id, a.item, a.digest, a.media_type, a.size, a.pages, a.added_by, a.added_at
FROM chancela.attachment a
WHERE a.operator = %(operator)s AND a.guia_id = ANY(%(guias)s::uuid[])
ORDER BY a.added_at, a.id

-- name: known
SELECT a.digest FROM chancela.attachment a WHERE a.operator = %(operator)s AND a.digest = ANY(%(digests)s::text[])

-- name: of_the_day
SELECT count(*) FROM chancela.attachment a
WHERE a.operator = %(operator)s AND a.added_by = %(account)s AND a.added_at > clock_timestamp() - interval '24 hours'

-- name: rulings
SELECT r.guia_id, r.item, r.provider, r.state, r.code, r.text, r.protocol, r.decided_at, r.decided_by
FROM chancela.ruling r
WHERE r.operator = %(operator)s AND r.guia_id = %(guia)s
ORDER BY r.decided_at, r.item

-- name: answered
SELECT r.guia_id, max(r.decided_at) AS at
FROM chancela.ruling r
WHERE r.operator = %(operator)s AND r.provider = %(provider)s AND r.decided_at > %(since)s
GROUP BY r.guia_id
ORDER BY at DESC
LIMIT %(limit)s

-- name: untold
-- What another worker is about to tell is left to it.
SELECT u.guia_id FROM chancela.untold_decision u
WHERE u.operator = %(operator)s
ORDER BY u.since
LIMIT %(limit)s
FOR UPDATE SKIP LOCKED

-- name: insert_attachments
INSERT INTO chancela.attachment (operator, id, guia_id, item, digest, media_type, size, pages, added_by, added_at)
SELECT %(operator)s, n.*
FROM json_to_recordset(%(rows)s::json)
     AS n (id uuid, guia_id uuid, item int, digest text, media_type text, size int, pages int, added_by text, added_at timestamptz)

-- name: insert_rulings
INSERT INTO chancela.ruling (operator, guia_id, item, provider, state, code, text, protocol, decided_at, decided_by)
SELECT %(operator)s, n.guia_id, n.item, n.provider, n.state, n.reason ->> 'code', n.reason ->> 'text', n.protocol, n.decided_at,
       n.decided_by
FROM json_to_recordset(%(rows)s::json)
     AS n (guia_id uuid, item int, provider text, state text, reason json, protocol text, decided_at timestamptz, decided_by text)

-- name: insert_untold_decisions
-- One that waits to be told already is told once, as it stands then.
INSERT INTO chancela.untold_decision (operator, guia_id)
SELECT %(operator)s, n.guia_id FROM json_to_recordset(%(rows)s::json) AS n (guia_id uuid)
ON CONFLICT ON CONSTRAINT an_answer_is_told_once DO NOTHING

-- name: drop_untold_decisions
DELETE FROM chancela.untold_decision u
USING json_to_recordset(%(rows)s::json) AS n (guia_id uuid)
WHERE u.operator = %(operator)s AND u.guia_id = n.guia_id
