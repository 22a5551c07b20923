-- Who guarded whom: as it was, where nobody changed it since.
UPDATE undo_part u SET key = b.card_number, fate = CASE WHEN to_jsonb(ARRAY(
    SELECT o.guardian_id FROM chancela.guardian o WHERE o.operator = %(operator)s AND o.ward_id = u.id ORDER BY 1
)) = u.after THEN 'restored' ELSE 'left' END, fields = '{guardians}'
FROM chancela.beneficiary b WHERE b.operator = %(operator)s AND b.id = u.id
;
UPDATE undo_part u SET fate = 'left', key = '' WHERE u.fate IS NULL
;
DELETE FROM chancela.guardian o USING undo_part u
WHERE o.operator = %(operator)s AND o.ward_id = u.id AND u.fate = 'restored' AND NOT u.before ? o.guardian_id::text
;
INSERT INTO chancela.guardian (operator, ward_id, guardian_id)
SELECT %(operator)s, u.id, g.id
FROM undo_part u CROSS JOIN jsonb_array_elements_text(u.before) AS w
JOIN chancela.beneficiary g ON g.operator = %(operator)s AND g.id = w::uuid
WHERE u.fate = 'restored'
ON CONFLICT ON CONSTRAINT a_guardian_stands_once_beside_a_ward DO NOTHING
