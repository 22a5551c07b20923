-- name: _columns
t.id, t.kind, t.giver_id, t.of_id, t.scope, t.token_hash, t.created_at, t.until, t.taker_id, t.accepted_at, t.ended_at

-- name: _used
-- A visit came to be once a guia of its person was validated after the link was made.
t.kind = 'visit' AND EXISTS (
    SELECT FROM chancela.guia g
    JOIN chancela.validation v ON v.operator = %(operator)s AND v.guia_id = g.id AND v.validated_at > t.created_at
    WHERE g.operator = %(operator)s AND g.beneficiary_id = t.of_id)

-- name: load
SELECT {_columns}
FROM chancela.tie t
WHERE t.operator = %(operator)s AND t.id = ANY(%(ids)s)
ORDER BY t.id
FOR UPDATE

-- name: by_hash
SELECT {_columns}
FROM chancela.tie t
WHERE t.operator = %(operator)s AND t.token_hash = ANY(%(hashes)s)
ORDER BY t.id
FOR UPDATE

-- name: hold
-- Two sets that offer for one person would each see room for one more; so the second one waits.
SELECT pg_advisory_xact_lock(hashtextextended(%(operator)s || ' tie ' || p.id, 0))
FROM (SELECT DISTINCT u.id FROM unnest(%(people)s::text[]) AS u (id) ORDER BY u.id) p

-- name: standing
SELECT {_columns}
FROM chancela.tie t
WHERE t.operator = %(operator)s AND t.of_id = ANY(%(people)s) AND t.ended_at IS NULL AND t.until > %(now)s
  AND NOT ({_used})
ORDER BY t.id

-- name: put_ties
INSERT INTO chancela.tie AS t (operator, id, kind, giver_id, of_id, taker_id, scope, token_hash, created_at, until,
                               accepted_at, ended_at)
SELECT %(operator)s, n.id, n.kind, n.giver_id, n.of_id, n.taker_id, n.scope, decode(n.token_hash, 'base64'), n.created_at,
       n.until, n.accepted_at, n.ended_at
FROM json_to_recordset(%(rows)s::json)
     AS n (id uuid, kind text, giver_id uuid, of_id uuid, taker_id uuid, scope text, token_hash text, created_at timestamptz,
           until timestamptz, accepted_at timestamptz, ended_at timestamptz)
ORDER BY n.id
ON CONFLICT ON CONSTRAINT a_tie_has_one_id DO UPDATE
SET taker_id = EXCLUDED.taker_id, accepted_at = EXCLUDED.accepted_at, ended_at = EXCLUDED.ended_at

-- name: put_privacy
UPDATE chancela.beneficiary b
SET private = n.private
FROM json_to_recordset(%(rows)s::json) AS n (beneficiary_id uuid, private boolean)
WHERE b.operator = %(operator)s AND b.id = n.beneficiary_id

-- name: around
SELECT k.*, clock_timestamp()
FROM (SELECT 1) AS always
LEFT JOIN (
    SELECT {_columns}, giver.name, whose.name, taker.name, {_used}
    FROM chancela.tie t
    JOIN chancela.beneficiary giver ON giver.operator = %(operator)s AND giver.id = t.giver_id
    JOIN chancela.beneficiary whose ON whose.operator = %(operator)s AND whose.id = t.of_id
    LEFT JOIN chancela.beneficiary taker ON taker.operator = %(operator)s AND taker.id = t.taker_id
    WHERE t.operator = %(operator)s AND t.ended_at IS NULL AND (t.of_id = ANY(%(managed)s) OR t.taker_id = %(person)s)
) k (id, kind, giver_id, of_id, scope, token_hash, created_at, until, taker_id, accepted_at, ended_at,
     giver, whose, taker, used) ON true
ORDER BY k.id DESC

-- name: by_secret
SELECT k.*, clock_timestamp()
FROM (SELECT 1) AS always
LEFT JOIN (
    SELECT {_columns}, giver.name, whose.name, taker.name, {_used}
    FROM chancela.tie t
    JOIN chancela.beneficiary giver ON giver.operator = %(operator)s AND giver.id = t.giver_id
    JOIN chancela.beneficiary whose ON whose.operator = %(operator)s AND whose.id = t.of_id
    LEFT JOIN chancela.beneficiary taker ON taker.operator = %(operator)s AND taker.id = t.taker_id
    WHERE t.operator = %(operator)s AND t.token_hash = %(token_hash)s
) k (id, kind, giver_id, of_id, scope, token_hash, created_at, until, taker_id, accepted_at, ended_at,
     giver, whose, taker, used) ON true

-- name: person
SELECT b.name FROM chancela.beneficiary b WHERE b.operator = %(operator)s AND b.id = %(id)s
