-- name: _columns
v.id, v.number, v.policy::text, v.provisos::text, v.from_date, v.written_by, v.written_at, v.state, v.copied_from, v.note,
       v.decided_by, v.decided_at, v.reason

-- name: load
SELECT {_columns}
FROM chancela.policy_version v
WHERE v.operator = %(operator)s AND v.number = ANY(%(numbers)s)
ORDER BY v.number
FOR UPDATE

-- name: hold
-- Two sets that write a new version would each give it the same number; so the second one waits.
SELECT pg_advisory_xact_lock(hashtextextended(%(operator)s || ' policy', 0))

-- name: last
SELECT v.number FROM chancela.policy_version v WHERE v.operator = %(operator)s ORDER BY v.number DESC LIMIT 1

-- name: rules
SELECT d.day, o.profile, o.settings::text, v.policy::text, v.provisos::text
FROM unnest(%(days)s::date[]) AS d (day)
JOIN chancela.operator o ON o.ans = %(operator)s
LEFT JOIN LATERAL (
    SELECT p.policy, p.provisos FROM chancela.policy_version p
    WHERE p.operator = %(operator)s AND p.state = 'approved' AND p.from_date <= d.day
    ORDER BY p.from_date DESC, p.number DESC LIMIT 1) v ON true

-- name: put
INSERT INTO chancela.policy_version AS v (operator, number, id, policy, provisos, from_date, state, copied_from, note,
                                          written_by, written_at, decided_by, decided_at, reason)
SELECT %(operator)s, n.*
FROM json_to_recordset(%(rows)s::json)
     AS n (number int, id uuid, policy jsonb, provisos jsonb, from_date date, state text, copied_from int, note text,
           written_by text, written_at timestamptz, decided_by text, decided_at timestamptz, reason text)
ORDER BY n.number
ON CONFLICT ON CONSTRAINT a_version_has_one_number DO UPDATE
SET policy = EXCLUDED.policy, provisos = EXCLUDED.provisos, from_date = EXCLUDED.from_date, state = EXCLUDED.state,
    note = EXCLUDED.note, written_at = EXCLUDED.written_at, decided_by = EXCLUDED.decided_by,
    decided_at = EXCLUDED.decided_at, reason = EXCLUDED.reason

-- name: versions
SELECT {_columns}
FROM chancela.policy_version v
WHERE v.operator = %(operator)s AND (%(before)s::int IS NULL OR v.number < %(before)s)
ORDER BY v.number DESC
LIMIT %(limit)s

-- name: version
SELECT {_columns}
FROM chancela.policy_version v
WHERE v.operator = %(operator)s AND v.number = %(number)s

-- name: in_force
SELECT {_columns}
FROM chancela.policy_version v
WHERE v.operator = %(operator)s AND v.state = 'approved'
  AND v.from_date <= (clock_timestamp() AT TIME ZONE 'America/Sao_Paulo')::date
ORDER BY v.from_date DESC, v.number DESC
LIMIT 1

-- name: awaiting
SELECT {_columns}
FROM chancela.policy_version v
WHERE v.operator = %(operator)s AND v.state = 'awaiting'
ORDER BY v.number
LIMIT 20

-- name: coming
SELECT {_columns}
FROM chancela.policy_version v
WHERE v.operator = %(operator)s AND v.state = 'approved'
  AND v.from_date > (clock_timestamp() AT TIME ZONE 'America/Sao_Paulo')::date
ORDER BY v.from_date, v.number
LIMIT 20
