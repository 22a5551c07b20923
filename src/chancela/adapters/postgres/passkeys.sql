-- name: asked_from
SELECT c.origin, count(*)
FROM chancela.passkey_challenge c
WHERE c.operator = %(operator)s AND c.origin = ANY(%(origins)s) AND c.asked_at > %(now)s::timestamptz - %(lately)s::interval
GROUP BY c.origin

-- name: put_challenges
INSERT INTO chancela.passkey_challenge (operator, id, ceremony, beneficiary_id, secret_hash, origin, asked_at, expires_at)
SELECT %(operator)s, n.id, n.ceremony, n.beneficiary_id, decode(n.secret_hash, 'base64'), decode(n.origin, 'base64'),
       n.asked_at, n.expires_at
FROM json_to_recordset(%(rows)s::json)
     AS n (id uuid, ceremony text, beneficiary_id uuid, secret_hash text, origin text, asked_at timestamptz,
           expires_at timestamptz)
ORDER BY n.id

-- name: take
-- Whoever takes a challenge deletes it; who comes a moment later waits, and finds none.
WITH held AS (
    SELECT c.id FROM chancela.passkey_challenge c
    WHERE c.operator = %(operator)s AND c.id = ANY(%(ids)s)
    ORDER BY c.id
    FOR UPDATE
)
DELETE FROM chancela.passkey_challenge c
USING held h
WHERE c.operator = %(operator)s AND c.id = h.id
RETURNING c.id, c.ceremony, c.beneficiary_id, c.secret_hash, c.origin, c.asked_at, c.expires_at

-- name: _columns
k.id, k.beneficiary_id, k.credential_id, k.public_key, k.sign_count, k.name, k.created_at, k.used_at, k.ended_at

-- name: of
SELECT {_columns}
FROM chancela.passkey k
WHERE k.operator = %(operator)s AND k.beneficiary_id = ANY(%(people)s) AND k.ended_at IS NULL
ORDER BY k.id
FOR UPDATE

-- name: by_credential
SELECT {_columns}
FROM chancela.passkey k
WHERE k.operator = %(operator)s AND k.credential_id = ANY(%(credentials)s)
ORDER BY k.id
FOR UPDATE

-- name: load
SELECT {_columns}
FROM chancela.passkey k
WHERE k.operator = %(operator)s AND k.id = ANY(%(ids)s)
ORDER BY k.id
FOR UPDATE

-- name: put
-- What was enrolled stays as it is: a passkey is used, and ends once.
INSERT INTO chancela.passkey AS k (operator, id, beneficiary_id, credential_id, public_key, sign_count, name, created_at,
                                   used_at, ended_at)
SELECT %(operator)s, n.id, n.beneficiary_id, decode(n.credential_id, 'base64'), decode(n.public_key, 'base64'),
       n.sign_count, n.name, n.created_at, n.used_at, n.ended_at
FROM json_to_recordset(%(rows)s::json)
     AS n (id uuid, beneficiary_id uuid, credential_id text, public_key text, sign_count bigint, name text,
           created_at timestamptz, used_at timestamptz, ended_at timestamptz)
ORDER BY n.id
ON CONFLICT ON CONSTRAINT a_passkey_has_one_id DO UPDATE
SET sign_count = EXCLUDED.sign_count, used_at = EXCLUDED.used_at, ended_at = COALESCE(k.ended_at, EXCLUDED.ended_at)

-- name: listed
SELECT {_columns}
FROM chancela.passkey k
WHERE k.operator = %(operator)s AND k.beneficiary_id = %(person)s AND k.ended_at IS NULL
ORDER BY k.id

-- name: found
SELECT {_columns}
FROM chancela.passkey k
WHERE k.operator = %(operator)s AND k.credential_id = %(credential)s AND k.ended_at IS NULL

-- name: forget
DELETE FROM chancela.passkey_challenge c WHERE c.operator = %(operator)s AND c.expires_at < clock_timestamp()
