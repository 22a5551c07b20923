-- name: hold
-- Whoever changes the contacts of the same people waits until what was changed before is written.
SELECT pg_advisory_xact_lock(hashtextextended(%(operator)s || ' contacts ' || p.id, 0))
FROM (SELECT DISTINCT u.id FROM unnest(%(people)s::text[]) AS u (id) ORDER BY u.id) p

-- name: cards
SELECT b.card_number FROM chancela.beneficiary b WHERE b.operator = %(operator)s AND b.id = ANY(%(people)s::uuid[])

-- name: asked
SELECT h.beneficiary_id, count(*) FILTER (WHERE h.issued_at > %(now)s::timestamptz - %(lately)s::interval), count(*)
FROM chancela.contact_change h
WHERE h.operator = %(operator)s AND h.beneficiary_id = ANY(%(people)s)
  AND h.issued_at > %(now)s::timestamptz - %(day)s::interval
GROUP BY h.beneficiary_id

-- name: _change
SELECT h.id, h.beneficiary_id, h.asked_by, h.contact_id, h.kind, h.address, h.digest, h.sealed, h.key_date, h.issued_at,
       h.expires_at, h.wrong_tries, h.ended_at
FROM chancela.contact_change h

-- name: load
{_change}
WHERE h.operator = %(operator)s AND h.id = ANY(%(ids)s)
ORDER BY h.id
FOR UPDATE

-- name: read
{_change}
WHERE h.operator = %(operator)s AND h.id = %(id)s

-- name: put
INSERT INTO chancela.contact_change AS h (operator, id, beneficiary_id, asked_by, contact_id, kind, address, digest, sealed,
                                          key_date, issued_at, expires_at, wrong_tries, ended_at)
SELECT %(operator)s, n.id, n.beneficiary_id, n.asked_by, n.contact_id, n.kind, n.address, decode(n.digest, 'base64'),
       decode(n.sealed, 'base64'), COALESCE(n.key_date, n.issued_at::date), n.issued_at, n.expires_at, n.wrong_tries, n.ended_at
FROM json_to_recordset(%(rows)s::json)
     AS n (id uuid, beneficiary_id uuid, asked_by uuid, contact_id uuid, kind text, address text, digest text, sealed text,
           key_date date, issued_at timestamptz, expires_at timestamptz, wrong_tries int, ended_at timestamptz)
ORDER BY n.id
ON CONFLICT ON CONSTRAINT a_change_has_one_id DO UPDATE
SET wrong_tries = EXCLUDED.wrong_tries, ended_at = EXCLUDED.ended_at, digest = EXCLUDED.digest, sealed = EXCLUDED.sealed

-- name: put_contacts
-- What the person proved stands, whatever was known of the address; what it replaces is left.
INSERT INTO chancela.contact AS c (operator, id, beneficiary_id, kind, address, state, typed_by, guia_id)
SELECT %(operator)s, n.id, n.beneficiary_id, n.kind, n.address, n.state, n.typed_by, n.guia_id
FROM json_to_recordset(%(rows)s::json)
     AS n (id uuid, beneficiary_id uuid, kind text, address text, state text, typed_by text, guia_id uuid)
ORDER BY n.id
ON CONFLICT ON CONSTRAINT an_address_stands_once_for_a_person DO UPDATE
SET state = EXCLUDED.state, typed_by = EXCLUDED.typed_by, guia_id = EXCLUDED.guia_id

-- name: put_ways
UPDATE chancela.beneficiary b
SET uses_no_mobile = n.uses_no_mobile, preferred_channel = n.preferred
FROM json_to_recordset(%(rows)s::json) AS n (id uuid, uses_no_mobile boolean, preferred text)
WHERE b.operator = %(operator)s AND b.id = n.id

-- name: forget
-- Codes that nobody may enter any more are kept nowhere, and after a day not even the address that was given.
WITH gone AS (
    DELETE FROM chancela.contact_change h
    WHERE h.operator = %(operator)s AND h.issued_at < clock_timestamp() - interval '25 hours'
)
UPDATE chancela.contact_change h
SET ended_at = h.expires_at, digest = NULL, sealed = NULL
WHERE h.operator = %(operator)s AND h.ended_at IS NULL AND h.expires_at < clock_timestamp()
  AND h.issued_at >= clock_timestamp() - interval '25 hours'
