-- name: _row
p.code, p.name, p.specialties, p.active, p.ended_at

-- name: all
SELECT p.small_name, {_row}
FROM chancela.provider p
WHERE p.operator = %(operator)s AND (p.small_name, p.code) > (%(key)s, %(code)s)
  AND (%(active)s::boolean IS NULL OR p.active = %(active)s)
ORDER BY p.small_name, p.code
LIMIT %(limit)s

-- name: ended
SELECT p.small_name, {_row}
FROM chancela.provider p
WHERE p.operator = %(operator)s AND NOT p.active AND (p.small_name, p.code) > (%(key)s, %(code)s)
ORDER BY p.small_name, p.code
LIMIT %(limit)s

-- name: by_key
-- A range of texts walks down the index behind a wall; a name of which several words fit counts by the first of them.
SELECT k.key, {_row}
FROM chancela.provider_key k
JOIN chancela.provider p ON p.operator = %(operator)s AND p.code = k.provider
WHERE k.operator = %(operator)s AND k.kind = %(kind)s AND k.key >= %(from)s AND k.key < %(until)s
  AND (k.key, k.provider) > (%(key)s, %(code)s)
  AND (%(active)s::boolean IS NULL OR p.active = %(active)s)
  AND (%(specialty)s = '' OR %(specialty)s = ANY(p.specialties))
  AND NOT EXISTS (
      SELECT FROM chancela.provider_key e
      WHERE e.operator = %(operator)s AND e.provider = k.provider AND e.kind = %(kind)s AND e.key >= %(from)s AND e.key < k.key)
ORDER BY k.key, k.provider
LIMIT %(limit)s

-- name: specialties
-- From one to the next, however many providers have it.
WITH RECURSIVE known AS (
    (SELECT split_part(k.key, chr(9), 1) AS word FROM chancela.provider_key k
     WHERE k.operator = %(operator)s AND k.kind = 'specialty' ORDER BY k.key LIMIT 1)
    UNION ALL
    SELECT (SELECT split_part(k.key, chr(9), 1) FROM chancela.provider_key k
            WHERE k.operator = %(operator)s AND k.kind = 'specialty' AND k.key > n.word || chr(10) ORDER BY k.key LIMIT 1)
    FROM known n WHERE n.word IS NOT NULL
)
SELECT n.word FROM known n WHERE n.word IS NOT NULL LIMIT %(limit)s

-- name: by_code
SELECT p.small_name, {_row}
FROM chancela.provider p WHERE p.operator = %(operator)s AND p.code = %(code)s

-- name: figures
SELECT COALESCE(d.guias, 0), COALESCE(d.sends, 0), COALESCE(d.wrong, 0),
       (SELECT count(*) FROM chancela.report r
        WHERE r.operator = %(operator)s AND r.provider = %(code)s AND r.closed_at IS NULL),
       (SELECT count(*) FROM (
           SELECT r.beneficiary_id FROM chancela.report r
           WHERE r.operator = %(operator)s AND r.provider = %(code)s AND r.opened_at > clock_timestamp() - %(pause)s
             AND r.outcome IS DISTINCT FROM 'mistaken'
           GROUP BY r.beneficiary_id HAVING count(*) >= %(pausing)s) q)
FROM (SELECT 1) AS always
LEFT JOIN chancela.provider_day d ON d.operator = %(operator)s AND d.provider = %(code)s AND d.day = %(today)s

-- name: programs
SELECT c.id, c.name, c.created_at, c.revoked_at FROM chancela.client c
WHERE c.operator = %(operator)s AND c.provider = %(code)s
ORDER BY c.created_at, c.id

-- name: twins
SELECT p.small_name, {_row}
FROM chancela.provider p WHERE p.operator = %(operator)s AND p.document = %(document)s AND p.code <> %(code)s
ORDER BY p.small_name, p.code
LIMIT %(limit)s

-- name: professionals
SELECT f.name, f.council, f.number, f.uf FROM chancela.professional f
WHERE f.operator = %(operator)s AND f.provider = %(code)s AND f.active
ORDER BY f.name, f.id
