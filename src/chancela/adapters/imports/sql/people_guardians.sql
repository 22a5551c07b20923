-- The guardians beside the holder are those of the last line; where one of them is nobody, none is taken away.
WITH last AS (
    SELECT DISTINCT ON (a.card_number) a.card_number, a.guardian_cards
    FROM arrived a
    WHERE 'responsaveis' = ANY (%(columns)s)
    ORDER BY a.card_number, a.line DESC
), wanted AS (
    SELECT w.id AS ward_id, c.card, g.id AS guardian_id
    FROM last
    JOIN chancela.beneficiary w ON w.operator = %(operator)s AND w.card_number = last.card_number
    LEFT JOIN LATERAL unnest(last.guardian_cards) AS c (card) ON true
    LEFT JOIN chancela.beneficiary g ON g.operator = %(operator)s AND g.card_number = c.card AND g.id <> w.id
), gone AS (
    DELETE FROM chancela.guardian o
    WHERE o.operator = %(operator)s AND o.ward_id IN (SELECT w.ward_id FROM wanted w)
      AND NOT EXISTS (
        SELECT FROM wanted w
        WHERE w.ward_id = o.ward_id AND (w.guardian_id = o.guardian_id OR (w.card IS NOT NULL AND w.guardian_id IS NULL)))
)
INSERT INTO chancela.guardian (operator, ward_id, guardian_id)
SELECT %(operator)s, w.ward_id, w.guardian_id FROM wanted w WHERE w.guardian_id IS NOT NULL
ON CONFLICT ON CONSTRAINT a_guardian_stands_once_beside_a_ward DO NOTHING
