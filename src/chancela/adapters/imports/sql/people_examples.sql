-- Some of those whom it would change, by card number: new, changed and gone, the names masked before anybody sees them.
(SELECT 'new', d.want ->> 'card_number', d.want ->> 'name', NULL::text[] FROM deed d WHERE d.fresh ORDER BY d.line LIMIT 6)
UNION ALL
(SELECT 'changed', b.card_number, b.name, d.changed FROM deed d
 JOIN chancela.beneficiary b ON b.operator = %(operator)s AND b.id = d.id WHERE NOT d.fresh AND d.line > 0 ORDER BY d.line LIMIT 6)
UNION ALL
(SELECT 'absent', b.card_number, b.name, NULL FROM absent
 JOIN chancela.beneficiary b ON b.operator = %(operator)s AND b.id = absent.id ORDER BY b.card_number LIMIT 6)
