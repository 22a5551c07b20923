-- Guias that wait for an auditor or for a document, the oldest first (their ids are in the order of time). Those that are
-- urgent and those that are not are two walks of one index, each no longer than a page.

-- name: _row
SELECT g.id, g.urgent, g.number, g.kind, g.card_number, g.provider, g.created_at, g.authorisation, g.procedures, g.beneficiary_id
FROM chancela.guia g
WHERE g.operator = %(operator)s AND g.authorisation IN ('under_audit', 'awaiting_document')
  AND (%(state)s::text IS NULL OR g.authorisation = %(state)s)
  AND (%(kind)s::text IS NULL OR g.kind = %(kind)s)
  AND g.id >= %(since)s AND g.id < %(until)s AND g.valid_until >= %(today)s

-- name: waiting
SELECT w.id, w.urgent, w.number, w.kind, w.card_number, b.name, w.provider, COALESCE(p.name, ''), w.created_at, w.authorisation,
       (SELECT count(*) FROM jsonb_array_elements(w.procedures) e WHERE e ->> 'authorisation' = 'under_audit'),
       (SELECT count(*) FROM jsonb_array_elements(w.procedures) e WHERE e ->> 'authorisation' = 'awaiting_document'),
       (SELECT count(*) FROM chancela.attachment a WHERE a.operator = %(operator)s AND a.guia_id = w.id)
FROM (
    SELECT * FROM (
        ({_row} AND g.urgent = true AND g.id > %(urgent_after)s ORDER BY g.id LIMIT %(limit)s)
        UNION ALL
        ({_row} AND g.urgent = false AND g.id > %(other_after)s ORDER BY g.id LIMIT %(limit)s)
    ) u
    ORDER BY CASE WHEN %(urgent_first)s THEN u.urgent ELSE false END DESC, u.id
    LIMIT %(limit)s) w
JOIN chancela.beneficiary b ON b.operator = %(operator)s AND b.id = w.beneficiary_id
LEFT JOIN chancela.provider p ON p.operator = %(operator)s AND p.code = w.provider
ORDER BY CASE WHEN %(urgent_first)s THEN w.urgent ELSE false END DESC, w.id
