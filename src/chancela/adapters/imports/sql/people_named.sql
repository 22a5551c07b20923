-- The named guardian is the one of the last line; whom nobody knows changes nothing.
UPDATE chancela.beneficiary b
SET named_guardian_id = n.id
FROM (
    SELECT DISTINCT ON (a.card_number) a.card_number, a.named_card FROM arrived a ORDER BY a.card_number, a.line DESC
) AS last
LEFT JOIN chancela.beneficiary n ON n.operator = %(operator)s AND n.card_number = last.named_card
 AND n.card_number <> last.card_number
WHERE 'responsavel_nomeado' = ANY (%(columns)s) AND b.operator = %(operator)s AND b.card_number = last.card_number
  AND (last.named_card IS NULL OR n.id IS NOT NULL) AND b.named_guardian_id IS DISTINCT FROM n.id
