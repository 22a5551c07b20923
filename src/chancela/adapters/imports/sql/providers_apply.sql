-- All providers, in one transaction: a network is small.
SELECT p.code FROM chancela.provider p WHERE p.operator = %(operator)s AND p.code IN (SELECT d.code FROM provider_deed d)
ORDER BY p.code FOR NO KEY UPDATE
;
INSERT INTO chancela.import_before AS r (operator, run_id, what, subject, before, after)
SELECT %(operator)s, %(run)s, 'provider', d.code,
       CASE WHEN p.code IS NOT NULL THEN (SELECT jsonb_object_agg(k, to_jsonb(p) -> k) FROM unnest(d.changed) AS k) END,
       CASE WHEN p.code IS NULL THEN d.want ELSE (SELECT jsonb_object_agg(k, d.want -> k) FROM unnest(d.changed) AS k) END
FROM provider_deed d LEFT JOIN chancela.provider p ON p.operator = %(operator)s AND p.code = d.code
ON CONFLICT ON CONSTRAINT an_import_remembers_a_thing_once DO UPDATE
SET before = EXCLUDED.before || r.before, after = r.after || EXCLUDED.after
;
UPDATE chancela.provider p SET (name, document, council, specialties, phones, emails, active, staff) = (
    SELECT r.name, r.document, r.council, r.specialties, r.phones, r.emails, r.active, r.staff
    FROM jsonb_populate_record(p, d.want) AS r
)
FROM provider_deed d
WHERE p.operator = %(operator)s AND p.code = d.code
;
INSERT INTO chancela.provider (operator, code, name, document, council, specialties, phones, emails, active, staff)
SELECT %(operator)s, d.code, r.name, r.document, r.council, r.specialties, r.phones, r.emails, r.active, r.staff
FROM provider_deed d
CROSS JOIN jsonb_populate_record(NULL::chancela.provider, '{"specialties": [], "phones": [], "emails": [], "active": true, '
    '"staff": []}'::jsonb || d.want) AS r
WHERE d.fresh
ORDER BY d.code
