-- name: known
-- A card number before a CPF, whoever is covered before who is no more.
SELECT DISTINCT ON (a.n) a.n, f.*
FROM json_to_recordset(%(rows)s::json) AS a (n int, card text, cpf text, birth_date date)
CROSS JOIN LATERAL (
    SELECT b.id, b.card_number, b.name, b.relation, b.holder_id, b.birth_date, b.cpf, b.plan, b.standing, b.joined_date,
           b.ended_date, b.card_valid_until, b.covers_dental, b.covers_medical, b.has_app, b.preferred_channel,
           b.uses_no_mobile, b.language, b.private, b.protected, b.named_guardian_id
    FROM chancela.beneficiary c
    JOIN chancela.beneficiary b -- behind a wall a CASE searches an index, and COALESCE does not
        ON b.operator = %(operator)s AND b.id = CASE WHEN c.merged_into IS NULL THEN c.id ELSE c.merged_into END
    WHERE c.operator = %(operator)s AND c.card_number = a.card AND b.birth_date = a.birth_date
    UNION ALL
    SELECT b.id, b.card_number, b.name, b.relation, b.holder_id, b.birth_date, b.cpf, b.plan, b.standing, b.joined_date,
           b.ended_date, b.card_valid_until, b.covers_dental, b.covers_medical, b.has_app, b.preferred_channel,
           b.uses_no_mobile, b.language, b.private, b.protected, b.named_guardian_id
    FROM chancela.beneficiary b
    WHERE b.operator = %(operator)s AND b.cpf = a.cpf AND b.birth_date = a.birth_date AND b.merged_into IS NULL
) f
ORDER BY a.n, f.card_number = a.card DESC, f.standing = 'active' DESC, f.id

-- name: hold
-- Whoever asks for the same people waits until what was asked before is counted.
SELECT pg_advisory_xact_lock(hashtextextended(%(operator)s || ' sign in ' || p.id, 0))
FROM (SELECT DISTINCT u.id FROM unnest(%(people)s::text[]) AS u (id) ORDER BY u.id) p

-- name: asked
SELECT s.beneficiary_id, substring(s.origin FOR octet_length(%(mark)s::bytea)) = %(mark)s::bytea,
       count(*) FILTER (WHERE s.issued_at > %(now)s::timestamptz - %(lately)s::interval), count(*)
FROM chancela.sign_in s
WHERE s.operator = %(operator)s AND s.beneficiary_id = ANY(%(people)s) AND s.issued_at > %(now)s::timestamptz - %(day)s::interval
GROUP BY 1, 2

-- name: asked_from
SELECT s.origin, count(*)
FROM chancela.sign_in s
WHERE s.operator = %(operator)s AND s.origin = ANY(%(origins)s) AND s.issued_at > %(now)s::timestamptz - %(lately)s::interval
GROUP BY s.origin

-- name: load
SELECT s.id, s.beneficiary_id, s.contact_id, s.origin, s.digest, s.sealed, s.key_date, s.issued_at, s.expires_at,
       s.wrong_tries, s.ended_at
FROM chancela.sign_in s
WHERE s.operator = %(operator)s AND s.id = ANY(%(ids)s)
ORDER BY s.id
FOR UPDATE

-- name: sessions
SELECT s.id, s.beneficiary_id, s.token_hash, s.created_at, s.seen_at, s.expires_at, s.assured_at, s.device, s.ended_at
FROM chancela.person_session s
WHERE s.operator = %(operator)s AND s.id = ANY(%(ids)s)
ORDER BY s.id
FOR UPDATE

-- name: put_sign_ins
INSERT INTO chancela.sign_in AS s (operator, id, beneficiary_id, contact_id, origin, digest, sealed, key_date, issued_at,
                                   expires_at, wrong_tries, ended_at)
SELECT %(operator)s, n.id, n.beneficiary_id, n.contact_id, decode(n.origin, 'base64'), decode(n.digest, 'base64'),
       decode(n.sealed, 'base64'), COALESCE(n.key_date, n.issued_at::date), n.issued_at, n.expires_at, n.wrong_tries, n.ended_at
FROM json_to_recordset(%(rows)s::json)
     AS n (id uuid, beneficiary_id uuid, contact_id uuid, origin text, digest text, sealed text, key_date date,
           issued_at timestamptz, expires_at timestamptz, wrong_tries int, ended_at timestamptz)
ORDER BY n.id
ON CONFLICT ON CONSTRAINT a_sign_in_has_one_id DO UPDATE
SET wrong_tries = EXCLUDED.wrong_tries, ended_at = EXCLUDED.ended_at, digest = EXCLUDED.digest, sealed = EXCLUDED.sealed

-- name: put_sessions
INSERT INTO chancela.person_session AS s (operator, id, beneficiary_id, token_hash, created_at, seen_at, expires_at,
                                          assured_at, device, ended_at)
SELECT %(operator)s, n.id, n.beneficiary_id, decode(n.token_hash, 'base64'), n.created_at, n.seen_at, n.expires_at,
       n.assured_at, n.device, n.ended_at
FROM json_to_recordset(%(rows)s::json)
     AS n (id uuid, beneficiary_id uuid, token_hash text, created_at timestamptz, seen_at timestamptz,
           expires_at timestamptz, assured_at timestamptz, device text, ended_at timestamptz)
ORDER BY n.id
ON CONFLICT ON CONSTRAINT a_session_has_one_id DO UPDATE SET ended_at = EXCLUDED.ended_at

-- name: forget
-- Codes that nobody may enter any more are kept nowhere, and after a day not even that they were asked for.
WITH gone AS (
    DELETE FROM chancela.sign_in s
    WHERE s.operator = %(operator)s AND s.issued_at < clock_timestamp() - interval '25 hours'
)
UPDATE chancela.sign_in s
SET ended_at = s.expires_at, digest = NULL, sealed = NULL
WHERE s.operator = %(operator)s AND s.ended_at IS NULL AND s.expires_at < clock_timestamp()
  AND s.issued_at >= clock_timestamp() - interval '25 hours'
