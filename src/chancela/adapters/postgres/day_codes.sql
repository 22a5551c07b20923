-- name: spent
-- How many sessions stand upon each code of a day, the code's own included, as the trail tells them.
SELECT c.seq, c.subject, c.upon, c.confirmed, (c.at AT TIME ZONE 'America/Sao_Paulo')::date, g.plan, g.provider,
       ARRAY(SELECT p ->> 'code' FROM jsonb_array_elements(g.procedures) AS p)
FROM (SELECT t.subject, substring(t.data FROM '"upon":([0-9]+)') AS upon, 1 + count(*) AS confirmed, max(t.seq) AS seq, max(t.at) AS at
      FROM chancela.trail t
      WHERE t.operator = %(operator)s AND t.kind = 'guia:session:confirmed' AND position('"upon":' IN t.data) > 0
      GROUP BY 1, 2) c
JOIN chancela.guia g ON g.operator = %(operator)s AND g.id = c.subject
ORDER BY c.seq

-- name: before_any_version
SELECT o.profile, o.settings::text FROM chancela.operator o WHERE o.ans = %(operator)s
