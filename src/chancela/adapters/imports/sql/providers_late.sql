-- What only the whole file shows: codes that stand on several lines.
SELECT a.line, 'codigo', 'código repetido no arquivo: vale a linha ' || max(a.line) OVER (PARTITION BY a.code)
FROM arrived a
WHERE a.code IN (SELECT r.code FROM arrived r GROUP BY r.code HAVING count(*) > 1)
ORDER BY 1
