-- name: hold
-- Whoever changes what the same people carry waits until what was changed before is counted.
SELECT pg_advisory_xact_lock(hashtextextended(%(operator)s || ' pocket ' || p.id, 0))
FROM (SELECT DISTINCT u.id FROM unnest(%(people)s::text[]) AS u (id) ORDER BY u.id) p

-- name: load
-- In the order in which an entry holds the devices of a whole family, so that neither waits for the other for ever.
SELECT d.id, d.beneficiary_id, d.name, d.secret, d.enrolled_at, d.ended_at
FROM chancela.device d
WHERE d.operator = %(operator)s AND d.id = ANY(%(ids)s)
ORDER BY d.beneficiary_id, d.enrolled_at, d.id
FOR UPDATE

-- name: live
SELECT d.id, d.beneficiary_id, d.name, d.secret, d.enrolled_at, d.ended_at
FROM chancela.device d
WHERE d.operator = %(operator)s AND d.beneficiary_id = ANY(%(people)s) AND d.ended_at IS NULL
ORDER BY d.beneficiary_id, d.enrolled_at, d.id

-- name: devices
-- Whoever ends one of them waits until what it computed is judged, so that the trail tells it in this order.
SELECT d.id, d.beneficiary_id, d.name, d.secret, d.enrolled_at, d.ended_at
FROM chancela.device d
WHERE d.operator = %(operator)s AND d.beneficiary_id = ANY(%(people)s) AND d.ended_at IS NULL
ORDER BY d.beneficiary_id, d.enrolled_at, d.id
FOR SHARE

-- name: sheets
-- A row that another transaction uses while this one waits for it is unused no more, and is not among these.
SELECT c.sheet_id, c.place, c.beneficiary_id, c.printed_at, c.digest, c.ended_at, c.guia_id
FROM chancela.paper_code c
WHERE c.operator = %(operator)s AND c.beneficiary_id = ANY(%(people)s) AND c.ended_at IS NULL
ORDER BY c.beneficiary_id, c.sheet_id, c.place
FOR UPDATE

-- name: put_devices
INSERT INTO chancela.device AS d (operator, id, beneficiary_id, name, secret, enrolled_at, ended_at)
SELECT %(operator)s, n.id, n.beneficiary_id, n.name, decode(n.secret, 'base64'), n.enrolled_at, n.ended_at
FROM json_to_recordset(%(rows)s::json)
     AS n (id uuid, beneficiary_id uuid, name text, secret text, enrolled_at timestamptz, ended_at timestamptz)
ORDER BY n.id
ON CONFLICT ON CONSTRAINT a_device_has_one_id DO UPDATE SET ended_at = EXCLUDED.ended_at, secret = EXCLUDED.secret
WHERE d.ended_at IS NULL

-- name: print_codes
INSERT INTO chancela.paper_code (operator, sheet_id, place, beneficiary_id, printed_at, digest)
SELECT %(operator)s, n.sheet_id, n.place, n.beneficiary_id, n.printed_at, decode(n.digest, 'base64')
FROM json_to_recordset(%(rows)s::json)
     AS n (sheet_id uuid, place int, beneficiary_id uuid, printed_at timestamptz, digest text)

-- name: end_codes
UPDATE chancela.paper_code c SET ended_at = n.ended_at, guia_id = n.guia_id, digest = NULL
FROM json_to_recordset(%(rows)s::json)
     AS n (sheet_id uuid, place int, ended_at timestamptz, guia_id uuid)
WHERE c.operator = %(operator)s AND c.sheet_id = n.sheet_id AND c.place = n.place AND c.ended_at IS NULL
RETURNING c.place

-- name: standing
SELECT c.printed_at, count(*)
FROM chancela.paper_code c
WHERE c.operator = %(operator)s AND c.beneficiary_id = %(person)s AND c.ended_at IS NULL
GROUP BY c.printed_at
ORDER BY c.printed_at DESC
LIMIT 1
