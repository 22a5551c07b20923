-- name: operators
SELECT ans, name, profile FROM chancela.operator ORDER BY ans

-- name: knows
SELECT FROM chancela.operator WHERE ans = %(ans)s

-- name: add
INSERT INTO chancela.operator (ans, name, profile, settings)
VALUES (%(ans)s, %(name)s, %(profile)s, %(settings)s)
ON CONFLICT (ans) DO NOTHING

-- name: wall
SELECT set_config('chancela.operator', %(ans)s, true)

-- name: works
SELECT FROM chancela.provider WHERE operator = %(ans)s AND code = %(code)s AND active

-- name: employ
UPDATE chancela.provider p
SET staff = ARRAY(SELECT DISTINCT s FROM unnest(p.staff || %(addresses)s::text[]) AS s ORDER BY s)
WHERE p.operator = %(ans)s AND p.code = %(code)s
