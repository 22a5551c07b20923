-- Every line is in: dependants find their holder, wherever in the file or in an earlier one that is.
UPDATE chancela.beneficiary b
SET holder_id = h.id
FROM (
    SELECT DISTINCT ON (a.card_number) a.card_number, a.holder_card FROM arrived a ORDER BY a.card_number, a.line DESC
) AS last
JOIN chancela.beneficiary h ON h.operator = %(operator)s AND h.card_number = last.holder_card
WHERE b.operator = %(operator)s AND b.card_number = last.card_number AND b.holder_id IS DISTINCT FROM h.id
