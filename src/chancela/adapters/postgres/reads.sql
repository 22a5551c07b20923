-- name: list_guias
SELECT g.id
FROM chancela.guia g
WHERE g.operator = %(operator)s
  AND (%(provider)s::text IS NULL OR g.provider = %(provider)s)
  AND (%(card)s::text IS NULL OR g.beneficiary_id = (
        SELECT COALESCE(b.merged_into, b.id) FROM chancela.beneficiary b
        WHERE b.operator = %(operator)s AND b.card_number = %(card)s))
  AND (%(number)s::text IS NULL OR g.number = %(number)s OR g.provider_number = %(number)s)
  AND (%(since)s::timestamptz IS NULL OR g.created_at >= %(since)s)
  AND (%(cursor)s::uuid IS NULL OR g.id < %(cursor)s)
  AND (%(status)s::text IS NULL OR %(status)s = CASE
        WHEN g.authorisation = 'cancelled' THEN 'cancelled'
        WHEN g.attendance NOT IN ('none', 'awaiting_token') THEN g.attendance
        WHEN g.valid_until < %(today)s THEN 'expired'
        WHEN g.attendance = 'awaiting_token' THEN 'awaiting_token'
        WHEN g.authorisation = 'denied' THEN 'denied'
        ELSE 'under_analysis' END)
ORDER BY g.id DESC
LIMIT %(limit)s

-- name: queue
SELECT g.id
FROM chancela.guia g
LEFT JOIN LATERAL (
    SELECT true AS asked FROM chancela.live_token t WHERE t.operator = %(operator)s AND t.guia_id = g.id LIMIT 1) l ON true
WHERE g.operator = %(operator)s AND g.provider = %(provider)s AND g.id >= %(since)s
  AND g.authorisation <> 'cancelled' AND g.valid_until >= %(today)s
  AND (g.attendance = 'awaiting_token'
       OR (g.attendance = 'none' AND g.authorisation IN ('under_audit', 'awaiting_document')))
ORDER BY l.asked NULLS LAST, g.attendance = 'awaiting_token' DESC, g.id DESC
LIMIT %(limit)s

-- name: search_procedures
SELECT p.code, p.name, p.dental
FROM chancela.procedure p
WHERE p.table_code = '22' AND (%(dental)s::boolean IS NULL OR p.dental = %(dental)s)
  AND (p.code LIKE %(prefix)s OR (%(words)s <> '' AND p.words @@ to_tsquery('simple', %(words)s)))
ORDER BY p.code LIKE %(prefix)s DESC, length(p.name), p.code
LIMIT %(limit)s

-- name: operators
SELECT o.ans FROM chancela.operator o ORDER BY o.ans

-- name: operator
SELECT o.ans, o.name, o.profile, o.settings::text, o.carried, l.version, v.policy::text, v.provisos::text
FROM chancela.operator o LEFT JOIN chancela.operator_logo l ON l.operator = o.ans
LEFT JOIN LATERAL (
    SELECT p.policy, p.provisos FROM chancela.policy_version p
    WHERE p.operator = o.ans AND p.state = 'approved'
      AND p.from_date <= (clock_timestamp() AT TIME ZONE 'America/Sao_Paulo')::date
    ORDER BY p.from_date DESC, p.number DESC LIMIT 1) v ON true
WHERE o.ans = %(operator)s

-- name: provider
SELECT p.code, p.name, p.specialties, p.phones, p.emails, p.active
FROM chancela.provider p WHERE p.operator = %(operator)s AND p.code = %(code)s

-- name: checkpoint
SELECT c.size, c.made_at, c.root, c.jws FROM chancela.checkpoint c
WHERE c.operator = %(operator)s ORDER BY c.size DESC LIMIT 1

-- name: alive
SELECT (SELECT count(*) FROM chancela.operator) >= 0
