-- name: of
SELECT t.at, t.kind, t.actor, t.data
FROM chancela.trail t
WHERE t.operator = %(operator)s AND t.subject = %(subject)s
ORDER BY t.seq DESC
LIMIT %(limit)s
