-- name: _columns
o.id, o.what, o.started_at, o.ended_at, o.declared_by, o.noticed, o.channel, o.note, o.ended_by, o.part_of, o.confirm_by

-- name: _seen
-- As it is at this moment, also where nobody has written yet that its time to be confirmed passed.
o.id, o.what, o.started_at, CASE WHEN o.until <= clock_timestamp() THEN o.until END, o.declared_by, o.noticed, o.channel, o.note,
o.ended_by, o.part_of, CASE WHEN o.until > clock_timestamp() THEN o.confirm_by END

-- name: hold
-- Whoever declares, notices or ends one of an operator's outages waits for the others: two that overlap are one.
SELECT pg_advisory_xact_lock(hashtextextended(%(operator)s || ' outages', 0))

-- name: covering
SELECT {_columns}
FROM chancela.outage o
WHERE o.operator = %(operator)s AND o.part_of IS NULL AND o.until > %(at)s::timestamptz AND o.started_at <= %(at)s::timestamptz

-- name: load
SELECT {_columns}
FROM chancela.outage o
WHERE o.operator = %(operator)s AND o.id = ANY(%(ids)s)
ORDER BY o.id

-- name: meeting
SELECT {_columns}
FROM chancela.outage o
WHERE o.operator = %(operator)s AND o.part_of IS NULL AND o.until >= %(since)s::timestamptz
ORDER BY o.started_at, o.id

-- name: lapsed
SELECT {_columns}
FROM chancela.outage o
WHERE o.operator = %(operator)s AND o.ended_at IS NULL AND o.confirm_by <= %(now)s::timestamptz
ORDER BY o.started_at, o.id

-- name: put
INSERT INTO chancela.outage AS o (operator, id, what, channel, started_at, ended_at, declared_by, noticed, note, ended_by, part_of,
                                  confirm_by)
SELECT %(operator)s, n.id, n.what, n.channel, n.started_at, n.ended_at, n.declared_by, n.noticed, n.note, n.ended_by, n.part_of,
       n.confirm_by
FROM json_to_recordset(%(rows)s::json)
     AS n (id uuid, what text, channel text, started_at timestamptz, ended_at timestamptz, declared_by text, noticed boolean,
           note text, ended_by text, part_of uuid, confirm_by timestamptz)
ON CONFLICT ON CONSTRAINT an_outage_has_one_id DO UPDATE
SET started_at = EXCLUDED.started_at, ended_at = EXCLUDED.ended_at, declared_by = EXCLUDED.declared_by,
    noticed = EXCLUDED.noticed, note = EXCLUDED.note, ended_by = EXCLUDED.ended_by, part_of = EXCLUDED.part_of,
    confirm_by = EXCLUDED.confirm_by, changed_at = clock_timestamp(), settled = EXCLUDED.part_of IS NOT NULL

-- name: regroup
-- Parts of what became a part itself are parts of the whole: one step leads from each to what stands for it.
UPDATE chancela.outage o SET part_of = p.part_of
FROM chancela.outage p
WHERE o.operator = %(operator)s AND p.operator = %(operator)s AND p.id = o.part_of AND p.id = ANY(%(ids)s::uuid[])

-- name: _lacking
FROM chancela.absence a
WHERE a.operator = %(operator)s AND a.tiss = '03' AND a.outage_id IS NULL
  AND a.was_at >= %(since)s::timestamptz
  AND a.was_at < COALESCE(%(until)s::timestamptz, 'infinity'::timestamptz)
  AND (NOT %(machines)s::boolean OR EXISTS (
        SELECT FROM chancela.client c WHERE c.operator = %(operator)s AND c.id = a.by))
  AND (NOT %(carriers)s::boolean OR (a.reason = 'not_delivered' AND EXISTS (
        SELECT FROM chancela.guia g
        JOIN chancela.delivery d ON d.operator = %(operator)s AND d.beneficiary_id = g.beneficiary_id AND d.guia_id = g.id
             AND d.planned_at >= g.created_at AND d.planned_at < a.at + interval '1 hour'
        WHERE g.operator = %(operator)s AND g.id = a.guia_id AND d.generation = g.generation AND d.purpose = 'code'
          AND d.state <> 'delivered' AND d.channel = COALESCE(%(channel)s::text, d.channel))))
  AND NOT EXISTS (SELECT FROM chancela.guia_session s WHERE s.operator = %(operator)s AND s.guia_id = a.guia_id)

-- name: _sessions_lacking
-- A session's code is what was asked for since the one before it.
FROM chancela.guia_session s
WHERE s.operator = %(operator)s AND s.tiss = '03' AND s.outage_id IS NULL
  AND s.was_at >= %(since)s::timestamptz
  AND s.was_at < COALESCE(%(until)s::timestamptz, 'infinity'::timestamptz)
  AND (NOT %(machines)s::boolean OR EXISTS (
        SELECT FROM chancela.client c WHERE c.operator = %(operator)s AND c.id = s.by))
  AND (NOT %(carriers)s::boolean OR (s.reason = 'not_delivered' AND EXISTS (
        SELECT FROM chancela.guia g
        JOIN chancela.delivery d ON d.operator = %(operator)s AND d.beneficiary_id = g.beneficiary_id AND d.guia_id = g.id
             AND d.planned_at >= g.created_at AND d.planned_at <= s.at
        WHERE g.operator = %(operator)s AND g.id = s.guia_id AND d.purpose = 'code'
          AND d.state <> 'delivered' AND d.channel = COALESCE(%(channel)s::text, d.channel)
          AND NOT EXISTS (
                SELECT FROM chancela.guia_session b
                WHERE b.operator = %(operator)s AND b.guia_id = s.guia_id AND b.place = s.place - 1 AND b.at >= d.planned_at))))

-- name: lacking
SELECT a.guia_id
{_lacking}
ORDER BY a.was_at, a.guia_id
LIMIT %(limit)s

-- name: sessions_lacking
SELECT s.guia_id, s.place
{_sessions_lacking}
ORDER BY s.was_at, s.guia_id, s.place
LIMIT %(limit)s

-- name: covered
SELECT count(*) FROM (
    SELECT a.guia_id FROM chancela.outage o
    JOIN chancela.absence a ON a.operator = %(operator)s AND a.outage_id = o.id
    WHERE o.operator = %(operator)s AND (o.id = %(id)s OR o.part_of = %(id)s)
    UNION
    SELECT s.guia_id FROM chancela.outage o
    JOIN chancela.guia_session s ON s.operator = %(operator)s AND s.outage_id = o.id
    WHERE o.operator = %(operator)s AND (o.id = %(id)s OR o.part_of = %(id)s)
    UNION
    SELECT a.guia_id {_lacking}
    UNION
    SELECT s.guia_id {_sessions_lacking}) guias

-- name: unsettled
SELECT o.id FROM chancela.outage o
WHERE o.operator = %(operator)s AND NOT o.settled
ORDER BY o.changed_at, o.id
LIMIT %(limit)s

-- name: settle
UPDATE chancela.outage o SET settled = true
WHERE o.operator = %(operator)s AND o.id = %(id)s AND o.changed_at < clock_timestamp() - interval '2 minutes'

-- name: running
SELECT {_seen}
FROM chancela.outage o
WHERE o.operator = %(operator)s AND o.ended_at IS NULL AND o.until > clock_timestamp()
ORDER BY o.started_at, o.id

-- name: _guias
(SELECT count(*) FROM (
    SELECT a.guia_id FROM chancela.outage q
    JOIN chancela.absence a ON a.operator = %(operator)s AND a.outage_id = q.id
    WHERE q.operator = %(operator)s AND (q.id = o.id OR q.part_of = o.id)
    UNION
    SELECT s.guia_id FROM chancela.outage q
    JOIN chancela.guia_session s ON s.operator = %(operator)s AND s.outage_id = q.id
    WHERE q.operator = %(operator)s AND (q.id = o.id OR q.part_of = o.id)) guias)

-- name: listed
-- The newest outages with what each is proof for; those that wait to be attached are counted once they are.
SELECT {_seen},
       {_guias}
FROM chancela.outage o
WHERE o.operator = %(operator)s AND o.part_of IS NULL AND o.until < LEAST(%(before)s::timestamptz, clock_timestamp())
ORDER BY o.until DESC, o.id
LIMIT %(limit)s

-- name: one
SELECT {_seen},
       {_guias}
FROM chancela.outage o
WHERE o.operator = %(operator)s AND o.id = %(id)s

-- name: guias
-- Of a series each visit for itself; what is kept of it when it ends stands under the protocol of one of them.
SELECT g.id, g.number, g.provider, p.name, v.reason, v.protocol, v.was_at
FROM chancela.outage o
CROSS JOIN LATERAL (
    SELECT s.guia_id, s.reason, s.protocol, s.was_at FROM chancela.guia_session s
    WHERE s.operator = %(operator)s AND s.outage_id = o.id
    UNION ALL
    SELECT a.guia_id, a.reason, a.protocol, a.was_at FROM chancela.absence a
    WHERE a.operator = %(operator)s AND a.outage_id = o.id AND NOT EXISTS (
        SELECT FROM chancela.guia_session s
        WHERE s.operator = %(operator)s AND s.guia_id = a.guia_id AND s.protocol = a.protocol AND s.outage_id = o.id)) v
JOIN chancela.guia g ON g.operator = %(operator)s AND g.id = v.guia_id
LEFT JOIN chancela.provider p ON p.operator = %(operator)s AND p.code = g.provider
WHERE o.operator = %(operator)s AND (o.id = %(id)s OR o.part_of = %(id)s)
ORDER BY v.was_at, g.id, v.protocol
LIMIT %(limit)s
