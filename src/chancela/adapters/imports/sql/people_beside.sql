-- Guardians and contacts, when every person is there; in the order of people, kinds and addresses, as issuing takes them.
INSERT INTO chancela.import_before AS r (operator, run_id, what, subject, before, after)
SELECT %(operator)s, %(run)s, 'guardians', g.id::text, to_jsonb(g.before), to_jsonb(g.after) FROM guardian_deed g
ON CONFLICT ON CONSTRAINT an_import_remembers_a_thing_once DO UPDATE SET after = EXCLUDED.after
;
DELETE FROM chancela.guardian o USING guardian_deed g
WHERE o.operator = %(operator)s AND o.ward_id = g.id AND o.guardian_id <> ALL (g.after)
;
INSERT INTO chancela.guardian (operator, ward_id, guardian_id)
SELECT %(operator)s, g.id, w FROM guardian_deed g, unnest(g.after) AS w ORDER BY g.id, w
ON CONFLICT ON CONSTRAINT a_guardian_stands_once_beside_a_ward DO NOTHING
