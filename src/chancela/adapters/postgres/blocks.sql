-- name: _columns
b.id, b.no, b.provider, b.numbers, b.issued_at, b.issued_by, b.valid_until, b.ended_at, b.ended_by, b.why, b.told::text,
b.machine

-- name: _brought
r.number, r.block_id, r.provider, r.said::text, r.fingerprint, r.result, r.at, r.by, r.guia_id, r.refused, r.differences::text

-- name: load
SELECT {_columns}
FROM chancela.number_block b
WHERE b.operator = %(operator)s AND b.id = ANY(%(ids)s)
ORDER BY b.no
FOR UPDATE

-- name: of_numbers
-- Held first; what was brought under the numbers is read by the next statement, which then sees what others did.
SELECT {_columns}
FROM chancela.number_block b
WHERE b.operator = %(operator)s AND b.no = ANY(%(numbers)s)
ORDER BY b.no
FOR UPDATE

-- name: hold_providers
-- Two desks that top up the numbers of one provider would each see what is lacking; so the second one waits.
SELECT pg_advisory_xact_lock(hashtextextended(%(operator)s || ' blocks of ' || p.code, 0))
FROM (SELECT DISTINCT u.code FROM unnest(%(providers)s::text[]) AS u (code) ORDER BY u.code) p

-- name: of_providers
SELECT {_columns}
FROM chancela.number_block b
WHERE b.operator = %(operator)s AND b.provider = ANY(%(providers)s) AND b.ended_at IS NULL AND b.valid_until >= %(today)s
ORDER BY b.no

-- name: brought
SELECT {_brought}
FROM chancela.reconciled r
WHERE r.operator = %(operator)s AND r.number = ANY(%(numbers)s)

-- name: counted
INSERT INTO chancela.block_count AS n (operator, last)
VALUES (%(operator)s, %(count)s)
ON CONFLICT ON CONSTRAINT an_operator_counts_blocks_once DO UPDATE SET last = n.last + EXCLUDED.last
RETURNING n.last

-- name: put_blocks
INSERT INTO chancela.number_block AS b (operator, id, no, provider, numbers, issued_at, issued_by, valid_until, ended_at,
                                        ended_by, why, told, machine)
SELECT %(operator)s, n.*
FROM json_to_recordset(%(rows)s::json)
     AS n (id uuid, no int, provider text, numbers text[], issued_at timestamptz, issued_by text, valid_until date,
           ended_at timestamptz, ended_by text, why text, told jsonb, machine uuid)
ORDER BY n.no
ON CONFLICT ON CONSTRAINT a_block_has_one_id DO UPDATE
SET ended_at = EXCLUDED.ended_at, ended_by = EXCLUDED.ended_by, why = EXCLUDED.why
WHERE b.ended_at IS NULL

-- name: put_brought
-- What a number was used for stays; what was refused is followed by what is brought next under the number.
INSERT INTO chancela.reconciled AS r (operator, number, block_id, provider, said, fingerprint, result, at, by, guia_id, refused,
                                      differences)
SELECT %(operator)s, n.number, n.block_id, n.provider, n.said, decode(n.fingerprint, 'base64'), n.result, n.at, n.by, n.guia_id,
       n.refused, n.differences
FROM json_to_recordset(%(rows)s::json)
     AS n (number text, block_id uuid, provider text, said jsonb, fingerprint text, result text, at timestamptz, by text,
           guia_id uuid, refused text, differences jsonb)
ORDER BY n.number
ON CONFLICT ON CONSTRAINT a_number_is_brought_once DO UPDATE
SET said = EXCLUDED.said, fingerprint = EXCLUDED.fingerprint, result = EXCLUDED.result, at = EXCLUDED.at, by = EXCLUDED.by,
    guia_id = EXCLUDED.guia_id, refused = EXCLUDED.refused, differences = EXCLUDED.differences
WHERE r.guia_id IS NULL
RETURNING r.number

-- name: lists_of
SELECT {_columns}
FROM chancela.number_block b
WHERE b.operator = %(operator)s AND b.provider = %(provider)s AND b.ended_at IS NULL AND b.valid_until >= %(today)s
  AND b.told IS NULL AND b.machine IS NULL
ORDER BY b.no
LIMIT %(limit)s

-- name: to_correct
-- A visit whose guia was confirmed or recorded already needs nothing more.
SELECT {_brought}
FROM chancela.reconciled r
WHERE r.operator = %(operator)s AND r.provider = %(provider)s AND r.guia_id IS NULL AND r.refused <> ALL(%(settled)s)
ORDER BY r.at
LIMIT %(limit)s

-- name: told
-- Numbers told by telephone of which nobody brought a record that stands, the oldest first.
SELECT {_columns}, p.name, r.refused
FROM chancela.number_block b
JOIN chancela.provider p ON p.operator = %(operator)s AND p.code = b.provider
LEFT JOIN chancela.reconciled r ON r.operator = %(operator)s AND r.number = b.numbers[1]
WHERE b.operator = %(operator)s AND b.told IS NOT NULL AND b.issued_at > %(since)s AND b.ended_at IS NULL
  AND r.guia_id IS NULL
ORDER BY b.issued_at
LIMIT %(limit)s

-- name: recent
-- The blocks handed out last, of one provider or of all, with how many of their numbers were used.
SELECT {_columns}, p.name, (SELECT count(*) FROM chancela.reconciled r
                            WHERE r.operator = %(operator)s AND r.block_id = b.id AND r.guia_id IS NOT NULL)
FROM chancela.number_block b
JOIN chancela.provider p ON p.operator = %(operator)s AND p.code = b.provider
WHERE b.operator = %(operator)s AND b.told IS NULL AND b.machine IS NULL AND (%(provider)s::text IS NULL OR b.provider = %(provider)s)
ORDER BY b.no DESC
LIMIT %(limit)s

-- name: one
SELECT {_columns}, p.name, (SELECT count(*) FROM chancela.reconciled r
                            WHERE r.operator = %(operator)s AND r.block_id = b.id AND r.guia_id IS NOT NULL)
FROM chancela.number_block b
JOIN chancela.provider p ON p.operator = %(operator)s AND p.code = b.provider
WHERE b.operator = %(operator)s AND b.id = %(id)s
