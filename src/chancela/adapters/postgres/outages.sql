-- name: _columns
o.id, o.what, o.started_at, o.ended_at, o.declared_by, o.noticed, o.channel, o.note, o.ended_by, o.part_of

-- name: hold
-- Whoever declares, notices or ends one of an operator's outages waits for the others: two that overlap are one.
SELECT pg_advisory_xact_lock(hashtextextended(%(operator)s || ' outages', 0))

-- name: covering
SELECT {_columns}
FROM chancela.outage o
WHERE o.operator = %(operator)s AND o.part_of IS NULL AND COALESCE(o.ended_at, 'infinity'::timestamptz) > %(at)s::timestamptz
  AND o.started_at <= %(at)s::timestamptz
ORDER BY o.id

-- name: load
SELECT {_columns}
FROM chancela.outage o
WHERE o.operator = %(operator)s AND o.id = ANY(%(ids)s)
ORDER BY o.id

-- name: meeting
SELECT {_columns}
FROM chancela.outage o
WHERE o.operator = %(operator)s AND o.part_of IS NULL
  AND COALESCE(o.ended_at, 'infinity'::timestamptz) >= %(since)s::timestamptz
ORDER BY o.started_at, o.id

-- name: put
INSERT INTO chancela.outage AS o (operator, id, what, channel, started_at, ended_at, declared_by, noticed, note, ended_by, part_of)
SELECT %(operator)s, n.id, n.what, n.channel, n.started_at, n.ended_at, n.declared_by, n.noticed, n.note, n.ended_by, n.part_of
FROM json_to_recordset(%(rows)s::json)
     AS n (id uuid, what text, channel text, started_at timestamptz, ended_at timestamptz, declared_by text, noticed boolean,
           note text, ended_by text, part_of uuid)
ON CONFLICT ON CONSTRAINT an_outage_has_one_id DO UPDATE
SET started_at = EXCLUDED.started_at, ended_at = EXCLUDED.ended_at, declared_by = EXCLUDED.declared_by,
    noticed = EXCLUDED.noticed, note = EXCLUDED.note, ended_by = EXCLUDED.ended_by, part_of = EXCLUDED.part_of,
    changed_at = clock_timestamp(), settled = false

-- name: covered
SELECT count(*)
FROM chancela.outage o
JOIN chancela.absence a ON a.operator = %(operator)s AND a.outage_id = o.id
WHERE o.operator = %(operator)s AND %(id)s::uuid IN (o.id, o.part_of)
