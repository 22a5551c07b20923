-- name: wall
SELECT set_config('chancela.operator', %(operator)s, true)

-- name: create
INSERT INTO chancela.client (operator, id, name, provider, secret_hash)
SELECT o.ans, %(id)s, %(name)s, %(provider)s, %(secret_hash)s
FROM chancela.operator o
WHERE o.ans = %(operator)s
  AND (%(provider)s::text IS NULL OR EXISTS (
        SELECT FROM chancela.provider p WHERE p.operator = o.ans AND p.code = %(provider)s))
RETURNING id

-- name: find
SELECT c.operator, c.id, c.name, c.provider, c.secret_hash, c.created_at, c.revoked_at
FROM chancela.client c WHERE c.operator = %(operator)s AND c.id = %(id)s

-- name: list
SELECT c.operator, c.id, c.name, c.provider, c.secret_hash, c.created_at, c.revoked_at
FROM chancela.client c WHERE c.operator = %(operator)s ORDER BY c.created_at, c.id

-- name: revoke
UPDATE chancela.client c SET revoked_at = clock_timestamp()
WHERE c.operator = %(operator)s AND c.id = %(id)s AND c.revoked_at IS NULL
RETURNING c.id
