-- What only the whole file shows: codes that stand on several lines.
SELECT a.line, 'codigo', 'código repetido no arquivo: vale a linha ' || max(a.line) OVER (PARTITION BY a.code), false
FROM arriving_provider a
WHERE a.code IN (SELECT r.code FROM arriving_provider r GROUP BY r.code HAVING count(*) > 1)
ORDER BY 1
