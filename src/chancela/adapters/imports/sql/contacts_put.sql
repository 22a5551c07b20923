-- The operator's own records confirm an address that providers typed; a contested one stays contested,
-- one that the person left stays left (the file may be older than that), none is removed.
INSERT INTO chancela.contact AS c (operator, id, beneficiary_id, kind, address, state)
SELECT %(operator)s, n.id, b.id, n.kind, n.address, 'confirmed'
FROM arriving_contact n
JOIN arriving a ON a.line = n.line
JOIN chancela.beneficiary b ON b.operator = %(operator)s AND b.card_number = a.card_number
ORDER BY b.id, n.kind, n.address
ON CONFLICT ON CONSTRAINT an_address_stands_once_for_a_person DO UPDATE
SET state = 'confirmed', typed_by = NULL, guia_id = NULL
WHERE c.state = 'provisional' OR (c.state = 'confirmed' AND c.typed_by IS NOT NULL)
