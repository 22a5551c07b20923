-- name: live
SELECT g.id
FROM chancela.guia g
JOIN chancela.live_token l ON l.operator = %(operator)s AND l.guia_id = g.id
WHERE g.operator = %(operator)s AND g.beneficiary_id = ANY(%(people)s) AND l.expires_at > clock_timestamp()
ORDER BY l.issued_at DESC, g.id DESC
LIMIT %(limit)s

-- name: awaiting
SELECT g.id
FROM chancela.guia g
LEFT JOIN chancela.live_token l ON l.operator = %(operator)s AND l.guia_id = g.id AND l.expires_at > clock_timestamp()
LEFT JOIN chancela.report p ON p.operator = %(operator)s AND p.guia_id = g.id AND p.outcome IS DISTINCT FROM 'mistaken'
WHERE g.operator = %(operator)s AND g.beneficiary_id = ANY(%(people)s) AND g.attendance IN ('awaiting_token', 'late_pending')
  AND g.authorisation <> 'cancelled' AND (g.valid_until >= %(today)s OR g.attendance = 'late_pending') AND l.guia_id IS NULL AND p.guia_id IS NULL
ORDER BY g.id DESC
LIMIT %(limit)s

-- name: history
SELECT g.id
FROM chancela.guia g
WHERE g.operator = %(operator)s AND g.beneficiary_id = ANY(%(people)s)
  AND g.created_at >= %(since)s AND (%(cursor)s::uuid IS NULL OR g.id < %(cursor)s)
ORDER BY g.id DESC
LIMIT %(limit)s

-- name: by_number
SELECT g.id
FROM chancela.guia g
WHERE g.operator = %(operator)s AND g.number = %(number)s AND g.beneficiary_id = ANY(%(people)s)

-- name: ended
SELECT t.guia_id, t.generation, t.issued_at, t.expires_at, t.wrong_tries, t.ended_at, t."end"
FROM chancela.token t
WHERE t.operator = %(operator)s AND t.guia_id = %(guia_id)s AND t.ended_at >= %(since)s
ORDER BY t.generation

-- name: sent
SELECT d.generation, d.channel, d.masked, d.state, d.planned_at, d.changed_at
FROM chancela.delivery d
WHERE d.operator = %(operator)s AND d.beneficiary_id = %(person)s AND d.guia_id = %(guia_id)s
  AND d.planned_at >= %(since)s AND d.purpose = 'code'
ORDER BY d.planned_at, d.id

-- name: people
SELECT b.id, b.name FROM chancela.beneficiary b WHERE b.operator = %(operator)s AND b.id = ANY(%(people)s)

-- name: providers
SELECT p.code, p.name FROM chancela.provider p WHERE p.operator = %(operator)s AND p.code = ANY(%(codes)s)
