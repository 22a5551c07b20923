-- What only the whole file shows: people who stand on several lines, whom nobody knows, holders and guardians who are nowhere.
SELECT a.line, %(column)s::text,
       CASE m.fault WHEN 'unknown' THEN 'CCO que a Chancela não conhece: importe antes a conferência (.CNX)'
                    WHEN 'long' THEN 'código com mais de 20 caracteres: não cabe em uma carteira; importe a pessoa por CSV antes'
                    ELSE 'o código já é a carteira de outra pessoa, com outro CCO' END,
       true
FROM arriving a JOIN matched m USING (n) WHERE NOT a.refused AND m.fault IN ('unknown', 'long', 'taken')
UNION ALL
SELECT a.line, %(column)s::text, %(column)s::text || CASE %(column)s::text WHEN 'carteira' THEN ' repetida' ELSE ' repetido' END
       || ' no arquivo: vale a linha ' || t.winner, false
FROM target t JOIN arriving a USING (n) WHERE t.lines > 1 AND NOT %(adds_up)s
UNION ALL
SELECT a.line, %(column)s::text, 'de um cadastro que foi juntado a outro: o fim dele não encerra quem segue', false
FROM target t JOIN arriving a USING (n) JOIN matched m USING (n) WHERE m.spared
UNION ALL
SELECT j.line, 'titular', CASE WHEN h.id IS NULL THEN 'não há ninguém com a carteira do titular'
                               ELSE 'a carteira do titular é de um dependente' END, false
FROM judged j LEFT JOIN related h ON h.key = j.holder
WHERE j.holder IS NOT NULL AND (h.id IS NULL OR h.relation <> 'holder')
UNION ALL
SELECT j.line, 'responsavel_nomeado', 'não há outra pessoa com a carteira do responsável nomeado: ficou como estava', false
FROM judged j LEFT JOIN related n ON n.key = j.named_card
WHERE j.named_card IS NOT NULL AND (n.id IS NULL OR n.id = j.id)
UNION ALL
SELECT j.line, 'responsaveis', 'não há outra pessoa com a carteira ' || c.card || ': ninguém deixou de ser responsável', false
FROM judged j, unnest(j.guardian_cards) AS c (card) LEFT JOIN related r ON r.key = c.card
WHERE r.id IS NULL OR r.id = j.id
ORDER BY 1, 2
