-- name: hold
-- Whoever changes one provider waits for whoever does; an import holds them in this order too.
SELECT p.code FROM chancela.provider p WHERE p.operator = %(operator)s AND p.code = ANY(%(codes)s)
ORDER BY p.code FOR NO KEY UPDATE

-- name: load
SELECT p.code, p.name, p.specialties, p.phones, p.emails, p.active, p.document, p.council, p.ended_at, p.ended_why
FROM chancela.provider p WHERE p.operator = %(operator)s AND p.code = ANY(%(codes)s)

-- name: professionals
SELECT f.id, f.provider, f.name, f.council, f.number, f.uf, f.specialties, f.phones, f.emails, f.active
FROM chancela.professional f WHERE f.operator = %(operator)s AND f.provider = ANY(%(codes)s)
ORDER BY f.active DESC, f.name, f.id

-- name: put_provider
UPDATE chancela.provider p
SET name = %(name)s, specialties = %(specialties)s, phones = %(phones)s, emails = %(emails)s, active = %(active)s,
    ended_at = %(ended_at)s, ended_why = %(ended_why)s
WHERE p.operator = %(operator)s AND p.code = %(code)s

-- name: put_professional
INSERT INTO chancela.professional AS f (operator, id, provider, name, council, number, uf, specialties, phones, emails, active)
VALUES (%(operator)s, %(id)s, %(provider)s, %(name)s, %(council)s, %(number)s, %(uf)s, %(specialties)s, %(phones)s, %(emails)s,
        %(active)s)
ON CONFLICT ON CONSTRAINT a_professional_has_one_id DO UPDATE
SET name = EXCLUDED.name, council = EXCLUDED.council, number = EXCLUDED.number, uf = EXCLUDED.uf,
    specialties = EXCLUDED.specialties, phones = EXCLUDED.phones, emails = EXCLUDED.emails, active = EXCLUDED.active
WHERE f.provider = EXCLUDED.provider
