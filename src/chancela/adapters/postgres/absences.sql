-- Guias without a code as lists need them: each is a walk of one index, no longer than a page.

-- name: owing
SELECT a.guia_id FROM chancela.absence a
WHERE a.operator = %(operator)s AND a.provider = %(provider)s AND a.owes_until IS NOT NULL
ORDER BY a.owes_until, a.guia_id
LIMIT %(limit)s

-- name: to_review
SELECT w.guia_id, w.reason, w.tiss, w.protocol, w.at, w.lead, w.missed, w.detail IS NOT NULL, w.call_protocol IS NOT NULL,
       g.number, g.kind, g.card_number, g.urgent, b.name, w.provider, COALESCE(p.name, ''),
       (SELECT count(*) FROM chancela.attachment f WHERE f.operator = %(operator)s AND f.guia_id = w.guia_id)
FROM (
    SELECT * FROM chancela.absence a
    WHERE a.operator = %(operator)s AND a.review = 'waiting' AND a.owes_until IS NULL
      AND (a.at, a.guia_id) > (%(at)s::timestamptz, %(guia_id)s::uuid)
    ORDER BY a.at, a.guia_id
    LIMIT %(limit)s) w
JOIN chancela.guia g ON g.operator = %(operator)s AND g.id = w.guia_id
JOIN chancela.beneficiary b ON b.operator = %(operator)s AND b.id = g.beneficiary_id
LEFT JOIN chancela.provider p ON p.operator = %(operator)s AND p.code = w.provider
ORDER BY w.at, w.guia_id
