-- What only the whole file shows: cards that stand on several lines, holders who are nowhere or are dependants themselves.
SELECT a.line, 'carteira', 'carteira repetida no arquivo: vale a linha ' || max(a.line) OVER (PARTITION BY a.card_number)
FROM arrived a
WHERE a.card_number IN (SELECT r.card_number FROM arrived r GROUP BY r.card_number HAVING count(*) > 1)
UNION ALL
SELECT a.line, 'titular', CASE WHEN h.id IS NULL THEN 'não há ninguém com a carteira do titular'
                               ELSE 'a carteira do titular é de um dependente' END
FROM arrived a
LEFT JOIN chancela.beneficiary h ON h.operator = %(operator)s AND h.card_number = a.holder_card
WHERE a.holder_card IS NOT NULL AND (h.id IS NULL OR h.relation <> 'holder')
ORDER BY 1, 2
