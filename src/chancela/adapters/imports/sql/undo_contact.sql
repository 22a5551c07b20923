-- Contacts: those that came go again, those that were confirmed are what they were, unless somebody changed them since.
SELECT c.id FROM undo_part u JOIN chancela.contact c ON c.operator = %(operator)s AND c.id = u.id
ORDER BY c.beneficiary_id, c.kind, c.address FOR UPDATE OF c
;
UPDATE undo_part u
SET key = b.card_number, fields = ARRAY[c.kind],
    fate = CASE WHEN NOT to_jsonb(c) @> u.after THEN 'left' WHEN u.before IS NULL THEN 'removed' ELSE 'restored' END
FROM chancela.contact c JOIN chancela.beneficiary b ON b.operator = %(operator)s AND b.id = c.beneficiary_id
WHERE c.operator = %(operator)s AND c.id = u.id
;
UPDATE undo_part u SET fate = 'left', key = '' WHERE u.fate IS NULL
;
UPDATE chancela.contact c
SET state = u.before ->> 'state', typed_by = u.before ->> 'typed_by', guia_id = (u.before ->> 'guia_id')::uuid
FROM undo_part u WHERE c.operator = %(operator)s AND c.id = u.id AND u.fate = 'restored'
;
DELETE FROM chancela.contact c USING undo_part u
WHERE c.operator = %(operator)s AND c.id = u.id AND u.fate = 'removed'
