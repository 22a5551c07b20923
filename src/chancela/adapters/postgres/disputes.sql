-- name: untold
-- What another worker is about to tell is left to it.
SELECT u.guia_id FROM chancela.untold_dispute u
WHERE u.operator = %(operator)s
ORDER BY u.since
LIMIT %(limit)s
FOR UPDATE SKIP LOCKED

-- name: open
-- Those whose last day comes first stand on top, so that what is overdue is seen at once.
SELECT r.guia_id, g.number, g.card_number, r.provider, COALESCE(p.name, ''), r.way, r.protocol, r.opened_at, r.was, r.due_date,
       r.side IS NOT NULL, r.former <> '[]', r.sessions,
       (SELECT count(*) FROM chancela.report t
        WHERE t.operator = %(operator)s AND t.beneficiary_id = r.beneficiary_id AND t.provider = r.provider
          AND t.opened_at > clock_timestamp() - interval '7 days' AND t.outcome IS DISTINCT FROM 'mistaken')
FROM chancela.report r
JOIN chancela.guia g ON g.operator = %(operator)s AND g.id = r.guia_id
LEFT JOIN chancela.provider p ON p.operator = %(operator)s AND p.code = r.provider
WHERE r.operator = %(operator)s AND r.was IS NOT NULL AND r.closed_at IS NULL
ORDER BY r.due_date, r.opened_at
LIMIT %(limit)s

-- name: insert_untold_disputes
INSERT INTO chancela.untold_dispute (operator, guia_id)
SELECT %(operator)s, n.guia_id FROM json_to_recordset(%(rows)s::json) AS n (guia_id uuid)
ON CONFLICT ON CONSTRAINT a_decided_dispute_is_told_once DO NOTHING

-- name: drop_untold_disputes
DELETE FROM chancela.untold_dispute u
USING json_to_recordset(%(rows)s::json) AS n (guia_id uuid)
WHERE u.operator = %(operator)s AND u.guia_id = n.guia_id
