-- name: unanswered
-- What is open about one provider is walked, however much was ever said of it.
SELECT count(*), min(r.due_date) FROM chancela.report r
WHERE r.operator = %(operator)s AND r.provider = %(provider)s AND r.closed_at IS NULL
  AND r.was IS NOT NULL AND r.side IS NULL

-- name: contested
-- Those without the provider's side, what is due first on top; then what it answered; then what was decided, the newest first.
-- A guia that left the list since a page was shown starts it anew.
WITH mine AS (
    SELECT r.guia_id, CASE WHEN r.closed_at IS NOT NULL THEN 2 WHEN r.side IS NOT NULL THEN 1 ELSE 0 END AS rank,
           CASE WHEN r.closed_at IS NULL THEN r.due_date - date '2000-01-01'
                ELSE date '2000-01-01' - (r.closed_at AT TIME ZONE 'America/Sao_Paulo')::date END AS place
    FROM chancela.report r
    JOIN chancela.guia g ON g.operator = %(operator)s AND g.id = r.guia_id AND g.attendance = 'disputed'
    WHERE r.operator = %(operator)s AND r.provider = %(provider)s AND r.was IS NOT NULL
      AND (%(card)s::text IS NULL OR g.beneficiary_id = (
            SELECT COALESCE(b.merged_into, b.id) FROM chancela.beneficiary b
            WHERE b.operator = %(operator)s AND b.card_number = %(card)s))
      AND (%(number)s::text IS NULL OR g.number = %(number)s OR g.provider_number = %(number)s)
      AND (%(since)s::timestamptz IS NULL OR g.created_at >= %(since)s))
SELECT m.guia_id FROM mine m
LEFT JOIN mine c ON c.guia_id = %(cursor)s::uuid
WHERE c.guia_id IS NULL OR (m.rank, m.place, m.guia_id) > (c.rank, c.place, c.guia_id)
ORDER BY m.rank, m.place, m.guia_id
LIMIT %(limit)s
