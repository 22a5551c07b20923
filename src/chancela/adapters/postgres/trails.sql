-- name: wall
SELECT set_config('chancela.operator', %(operator)s, true)

-- name: snapshot
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY

-- name: share
SELECT pg_export_snapshot()

-- name: walled_role
SET LOCAL ROLE chancela_app

-- name: operators
SELECT known.ans, COALESCE(o.name, '')
FROM (SELECT ans FROM chancela.operator UNION SELECT unnest(%(also)s::text[])) AS known (ans)
LEFT JOIN chancela.operator o ON o.ans = known.ans
ORDER BY known.ans

-- name: alone
SELECT pg_try_advisory_xact_lock(hashtextextended('checkpoint of ' || %(operator)s, 7))

-- name: head
SELECT h.seq, h.hash, h.mac FROM chancela.trail_head h WHERE h.operator = %(operator)s

-- name: entries
SELECT t.seq, t.at, t.kind, t.subject, t.actor, t.data, t.hash
FROM chancela.trail t
WHERE t.operator = %(operator)s
ORDER BY t.seq, t.at

-- name: hashes
SELECT t.seq, t.hash
FROM chancela.trail t
WHERE t.operator = %(operator)s AND t.seq > %(after)s AND t.seq <= %(upto)s
ORDER BY t.seq, t.at

-- name: last_checkpoint
SELECT c.size, c.made_at, c.root, c.frontier, c.jws, clock_timestamp()
FROM (SELECT 1) AS always
LEFT JOIN chancela.checkpoint c ON c.operator = %(operator)s
ORDER BY c.size DESC NULLS LAST
LIMIT 1

-- name: checkpoints
SELECT c.size, c.made_at, c.root, c.frontier, c.jws
FROM chancela.checkpoint c
WHERE c.operator = %(operator)s AND c.size > %(after)s
ORDER BY c.size

-- name: put_checkpoint
INSERT INTO chancela.checkpoint (operator, size, made_at, root, frontier, jws)
VALUES (%(operator)s, %(size)s, %(made_at)s, %(root)s, %(frontier)s, %(jws)s)
ON CONFLICT ON CONSTRAINT a_trail_has_one_checkpoint_a_size DO NOTHING

-- name: validations
SELECT v.guia_id, v.generation, v.code, v.event_seq
FROM chancela.validation v
WHERE v.operator = %(operator)s
