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
UNION ALL
SELECT a.line, 'responsavel_nomeado', 'não há outra pessoa com a carteira do responsável nomeado: ficou como estava'
FROM arrived a
WHERE a.named_card = a.card_number OR (a.named_card IS NOT NULL AND NOT EXISTS (
    SELECT FROM chancela.beneficiary n WHERE n.operator = %(operator)s AND n.card_number = a.named_card))
UNION ALL
SELECT a.line, 'responsaveis', 'não há outra pessoa com a carteira ' || c.card || ': ninguém deixou de ser responsável'
FROM arrived a, unnest(a.guardian_cards) AS c (card)
WHERE c.card = a.card_number
   OR NOT EXISTS (SELECT FROM chancela.beneficiary n WHERE n.operator = %(operator)s AND n.card_number = c.card)
ORDER BY 1, 2
