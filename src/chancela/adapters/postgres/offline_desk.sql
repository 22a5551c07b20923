-- name: used
-- Of the provider's newest guias alone: what this reads does not grow with their number.
SELECT e.code, p.name, p.dental
FROM (
    SELECT g.procedures FROM chancela.guia g
    WHERE g.operator = %(operator)s AND g.provider = %(provider)s ORDER BY g.id DESC LIMIT %(newest)s) AS g,
    jsonb_to_recordset(g.procedures) AS e("table" text, code text)
JOIN chancela.procedure p ON p.table_code = '22' AND p.code = e.code
GROUP BY e.code, p.name, p.dental
ORDER BY count(*) DESC, e.code
LIMIT %(limit)s

-- name: usual
-- The plainest names first: those that most often are asked for.
SELECT p.code, p.name, p.dental
FROM chancela.procedure p
WHERE p.table_code = '22' AND p.dental = %(dental)s
ORDER BY length(p.name), p.code
LIMIT %(limit)s
