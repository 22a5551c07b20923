-- name: reports
SELECT r.guia_id, g.number, g.card_number, r.provider, COALESCE(p.name, ''), r.way, r.protocol, r.opened_at,
       (SELECT count(*) FROM chancela.report t
        WHERE t.operator = %(operator)s AND t.beneficiary_id = r.beneficiary_id AND t.provider = r.provider
          AND t.opened_at > clock_timestamp() - interval '7 days' AND t.outcome IS DISTINCT FROM 'mistaken')
FROM chancela.report r
JOIN chancela.guia g ON g.operator = %(operator)s AND g.id = r.guia_id
LEFT JOIN chancela.provider p ON p.operator = %(operator)s AND p.code = r.provider
WHERE r.operator = %(operator)s AND r.closed_at IS NULL AND r.was IS NULL -- disputes have a list of their own
ORDER BY r.opened_at
LIMIT %(limit)s

-- name: _contact
SELECT c.id, c.kind, c.address, COALESCE(c.typed_by, ''), COALESCE(p.name, ''), c.guia_id, COALESCE(g.number, ''), b.card_number,
       c.state, c.created_at,
       (SELECT count(DISTINCT COALESCE(o.holder_id, o.id)) FROM chancela.contact k
        JOIN chancela.beneficiary o ON o.operator = %(operator)s AND o.id = k.beneficiary_id
        WHERE k.operator = %(operator)s AND k.small_address = c.small_address AND k.state NOT IN ('contested', 'retired')
          AND COALESCE(o.holder_id, o.id) <> COALESCE(b.holder_id, b.id)),
       EXISTS (SELECT FROM chancela.provider_address q
               WHERE q.operator = %(operator)s AND q.small_address = c.small_address)
FROM chancela.contact c
JOIN chancela.beneficiary b ON b.operator = %(operator)s AND b.id = c.beneficiary_id
LEFT JOIN chancela.guia g ON g.operator = %(operator)s AND g.id = c.guia_id
LEFT JOIN chancela.provider p ON p.operator = %(operator)s AND p.code = c.typed_by

-- name: contacts
{_contact}
WHERE c.operator = %(operator)s AND c.state = 'in_review'
ORDER BY c.created_at, c.id
LIMIT %(limit)s

-- name: contact
{_contact}
WHERE c.operator = %(operator)s AND c.id = %(contact)s

-- name: queues
SELECT d.channel, count(*), min(d.planned_at)
FROM chancela.delivery d
WHERE d.operator = %(operator)s AND d.state IN ('queued', 'sending') AND d.planned_at > clock_timestamp() - interval '40 days'
GROUP BY d.channel
ORDER BY d.channel
