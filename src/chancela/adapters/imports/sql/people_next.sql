-- Where the next part ends, how many it has, and the line of its last.
SELECT (array_agg(d.id ORDER BY d.id DESC))[1], count(*), max(d.line)
FROM (SELECT e.id, e.line FROM deed e WHERE e.id > %(after)s ORDER BY e.id LIMIT %(part)s) AS d
