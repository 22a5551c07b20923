-- One part of the contacts, in one transaction.
INSERT INTO contact_part SELECT d.id, d.person, d.kind, d.address, d.fresh FROM contact_deed d
WHERE (d.person, d.kind, d.address) > (%(after)s, %(kind)s, %(address)s) ORDER BY d.person, d.kind, d.address LIMIT %(part)s
;
SELECT c.id FROM chancela.contact c WHERE c.operator = %(operator)s AND c.id IN (SELECT p.id FROM contact_part p)
ORDER BY c.beneficiary_id, c.kind, c.address FOR NO KEY UPDATE
;
INSERT INTO chancela.import_before AS r (operator, run_id, what, subject, before, after)
SELECT %(operator)s, %(run)s, 'contact', p.id::text,
       CASE WHEN c.id IS NOT NULL
            THEN jsonb_build_object('state', c.state, 'typed_by', c.typed_by, 'guia_id', c.guia_id) END,
       '{"state": "confirmed", "typed_by": null, "guia_id": null}'
FROM contact_part p LEFT JOIN chancela.contact c ON c.operator = %(operator)s AND c.id = p.id
ON CONFLICT ON CONSTRAINT an_import_remembers_a_thing_once DO NOTHING
;
INSERT INTO chancela.contact AS c (operator, id, beneficiary_id, kind, address, state)
SELECT %(operator)s, p.id, p.person, p.kind, p.address, 'confirmed' FROM contact_part p
ORDER BY p.person, p.kind, p.address
ON CONFLICT ON CONSTRAINT an_address_stands_once_for_a_person DO UPDATE
SET state = 'confirmed', typed_by = NULL, guia_id = NULL
WHERE c.state = 'provisional' OR (c.state = 'confirmed' AND c.typed_by IS NOT NULL)
