-- name: pending
SELECT w.guia_id FROM chancela.late_visit w
WHERE w.operator = %(operator)s AND w.provider = %(provider)s
ORDER BY w.due_date, w.guia_id
LIMIT %(limit)s

-- name: counted
SELECT count(*), count(*) FILTER (WHERE c.remind_date <= %(today)s), min(c.due_date)
FROM (
    SELECT w.remind_date, w.due_date FROM chancela.late_visit w
    WHERE w.operator = %(operator)s AND w.provider = %(provider)s
    ORDER BY w.due_date
    LIMIT %(limit)s) c
