-- name: hold
-- In the order in which every change of contacts takes people, and before the rows are read: who comes later sees how each ended.
SELECT pg_advisory_xact_lock(hashtextextended(%(operator)s || ' contacts ' || p.id, 0))
FROM (SELECT DISTINCT h.beneficiary_id::text AS id FROM chancela.contact_hold h
      WHERE h.operator = %(operator)s AND h.id = ANY(%(ids)s) ORDER BY 1) p

-- name: _hold
SELECT h.id, h.beneficiary_id, h.call_id, h.protocol, h.contact_id, h.kind, h.address, h.care, h.proposed_by, h.proposed_at,
       h.due_at, h."end", h.ended_by, h.ended_at
FROM chancela.contact_hold h

-- name: load
{_hold}
WHERE h.operator = %(operator)s AND h.id = ANY(%(ids)s)
ORDER BY h.id
FOR UPDATE

-- name: waiting
{_hold}
WHERE h.operator = %(operator)s AND h.beneficiary_id = ANY(%(people)s) AND h."end" IS NULL
ORDER BY h.id

-- name: asked
SELECT h.beneficiary_id, count(*)
FROM chancela.contact_hold h
WHERE h.operator = %(operator)s AND h.beneficiary_id = ANY(%(people)s)
  AND h.proposed_at > %(now)s::timestamptz - interval '1 day'
GROUP BY h.beneficiary_id

-- name: askers
-- Read and not held: calls are held before contacts are, and whom one is about stands once its caller is identified.
SELECT h.id, COALESCE(b.merged_into, b.id)
FROM chancela.contact_hold h
JOIN chancela.call c ON c.operator = %(operator)s AND c.id = h.call_id
JOIN chancela.beneficiary b ON b.operator = %(operator)s AND b.id = c.person_id
WHERE h.operator = %(operator)s AND h.id = ANY(%(ids)s)

-- name: due
SELECT h.id FROM chancela.contact_hold h
WHERE h.operator = %(operator)s AND h."end" IS NULL AND h.due_at <= clock_timestamp()
ORDER BY h.due_at
LIMIT %(limit)s

-- name: put
INSERT INTO chancela.contact_hold AS h (operator, id, beneficiary_id, call_id, protocol, contact_id, kind, address, care,
                                        proposed_by, proposed_at, due_at, "end", ended_by, ended_at)
SELECT %(operator)s, n.id, n.beneficiary_id, n.call_id, n.protocol, n.contact_id, n.kind, n.address, n.care, n.proposed_by,
       n.proposed_at, n.due_at, n."end", n.ended_by, n.ended_at
FROM json_to_recordset(%(rows)s::json)
     AS n (id uuid, beneficiary_id uuid, call_id uuid, protocol text, contact_id uuid, kind text, address text, care text,
           proposed_by text, proposed_at timestamptz, due_at timestamptz, "end" text, ended_by text, ended_at timestamptz)
ORDER BY n.id
ON CONFLICT ON CONSTRAINT a_held_contact_has_one_id DO UPDATE
SET care = EXCLUDED.care, due_at = EXCLUDED.due_at, "end" = EXCLUDED."end", ended_by = EXCLUDED.ended_by,
    ended_at = EXCLUDED.ended_at
WHERE h."end" IS NULL

-- name: _listed
SELECT h.id, h.beneficiary_id, h.call_id, h.protocol, h.contact_id, h.kind, h.address, h.care, h.proposed_by, h.proposed_at,
       h.due_at, h."end", h.ended_by, h.ended_at, b.name, b.card_number,
       ARRAY(SELECT k.address FROM chancela.contact k
             WHERE k.operator = %(operator)s AND k.beneficiary_id = h.beneficiary_id AND k.kind = h.kind
               AND k.state = 'confirmed' ORDER BY k.id),
       (SELECT count(DISTINCT COALESCE(o.holder_id, o.id)) FROM chancela.contact k
        JOIN chancela.beneficiary o ON o.operator = %(operator)s AND o.id = k.beneficiary_id
        WHERE k.operator = %(operator)s AND k.small_address = lower(h.address) AND k.state NOT IN ('contested', 'retired')
          AND COALESCE(o.holder_id, o.id) <> COALESCE(b.holder_id, b.id)),
       EXISTS (SELECT FROM chancela.provider_address q
               WHERE q.operator = %(operator)s AND q.small_address = lower(h.address))
FROM chancela.contact_hold h
JOIN chancela.beneficiary b ON b.operator = %(operator)s AND b.id = h.beneficiary_id

-- name: listed
{_listed}
WHERE h.operator = %(operator)s AND h."end" IS NULL
ORDER BY h.due_at, h.id
LIMIT %(limit)s

-- name: one
{_listed}
WHERE h.operator = %(operator)s AND h.id = %(id)s

-- name: of_person
{_listed}
WHERE h.operator = %(operator)s AND h.beneficiary_id = %(person)s
ORDER BY h.proposed_at DESC, h.id
LIMIT %(limit)s

-- name: open_of
{_listed}
WHERE h.operator = %(operator)s AND h.beneficiary_id = ANY(%(people)s) AND h."end" IS NULL
ORDER BY h.proposed_at, h.id

-- name: forget
-- An address that became nobody's is kept as long as somebody may ask about it; that it was proposed, the trail tells.
DELETE FROM chancela.contact_hold h WHERE h.operator = %(operator)s AND h.ended_at < clock_timestamp() - interval '90 days'
