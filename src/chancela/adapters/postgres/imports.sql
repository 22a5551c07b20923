-- name: _columns
r.id, r.kind, r.state, r.asked_by, r.file_name, r.size, r.digest, r.ends_absent, r.uploaded, r.created_at, r.begun_at, r.ended_at,
r.done, r.total, r.told_at, clock_timestamp(), r.counts, r.notes, r.refusal,
r.begun_at IS NOT NULL AND r.begun_at = (
    SELECT max(l.begun_at) FROM chancela.import_run l WHERE l.operator = %(operator)s)

-- name: list
SELECT {_columns} FROM chancela.import_run r WHERE r.operator = %(operator)s AND r.state <> 'dropped'
ORDER BY r.created_at DESC, r.id DESC LIMIT %(most)s

-- name: one
SELECT {_columns} FROM chancela.import_run r WHERE r.operator = %(operator)s AND r.id = %(id)s

-- name: last
SELECT {_columns} FROM chancela.import_run r WHERE r.operator = %(operator)s AND r.begun_at IS NOT NULL
ORDER BY r.begun_at DESC LIMIT 1

-- name: create
INSERT INTO chancela.import_run (operator, id, kind, state, asked_by, file_name, size, digest, ends_absent, uploaded)
VALUES (%(operator)s, %(id)s, %(kind)s, %(state)s, %(by)s, %(name)s, %(size)s, %(digest)s, %(ends_absent)s, %(uploaded)s)

-- name: ask
UPDATE chancela.import_run r SET state = %(to)s, ends_absent = %(ends_absent)s, told_at = clock_timestamp(), done = 0, total = 0
WHERE r.operator = %(operator)s AND r.id = %(id)s AND r.state = ANY (%(from)s) AND NOT EXISTS (
    SELECT FROM chancela.import_run o
    WHERE o.operator = %(operator)s AND o.id <> r.id AND (o.state IN ('asked', 'undo_asked') OR (
        o.state IN ('running', 'undoing') AND o.told_at > clock_timestamp() - interval '30 seconds')))
RETURNING 1

-- name: resumable
SELECT r.id FROM chancela.import_run r
WHERE r.operator = %(operator)s AND r.kind = %(kind)s AND r.digest = %(digest)s AND r.state IN ('running', 'cut')
  AND NOT r.uploaded AND r.begun_at = (SELECT max(l.begun_at) FROM chancela.import_run l WHERE l.operator = %(operator)s)

-- name: cut_others
UPDATE chancela.import_run r SET state = 'cut'
WHERE r.operator = %(operator)s AND r.id IS DISTINCT FROM %(id)s AND r.state IN ('running', 'undoing')

-- name: begin
UPDATE chancela.import_run r
SET state = %(state)s, told_at = clock_timestamp(), refusal = NULL, ends_absent = %(ends_absent)s,
    begun_at = CASE WHEN %(changes)s THEN COALESCE(r.begun_at, clock_timestamp()) ELSE r.begun_at END
WHERE r.operator = %(operator)s AND r.id = %(id)s AND r.state = ANY (%(from)s)
RETURNING 1

-- name: progress
UPDATE chancela.import_run r SET done = %(done)s, total = %(total)s, told_at = clock_timestamp()
WHERE r.operator = %(operator)s AND r.id = %(id)s AND r.state IN ('reading', 'running', 'undoing')

-- name: finish
UPDATE chancela.import_run r
SET state = %(state)s, counts = %(counts)s, notes = %(notes)s, refusal = %(refusal)s, told_at = clock_timestamp(),
    ended_at = CASE WHEN %(state)s = 'ready' THEN NULL ELSE clock_timestamp() END
WHERE r.operator = %(operator)s AND r.id = %(id)s AND r.state IN ('reading', 'running', 'undoing')
  AND (%(state)s <> 'ready' OR r.state = 'reading')

-- name: prune
DELETE FROM chancela.import_before b WHERE b.operator = %(operator)s AND b.run_id <> %(id)s

-- name: wanted
SELECT r.id FROM chancela.import_run r
WHERE r.operator = %(operator)s AND r.uploaded AND (
    r.state IN ('waiting', 'asked', 'undo_asked')
    OR (r.state IN ('reading', 'running', 'undoing') AND COALESCE(r.told_at, r.created_at) < clock_timestamp() - interval '30 seconds'))
  AND r.created_at > clock_timestamp() - interval '24 hours'
ORDER BY r.created_at

-- name: stale
UPDATE chancela.import_run r
SET state = CASE WHEN r.begun_at IS NULL AND r.state <> 'refused' THEN 'dropped' ELSE r.state END, notes = '{}'
WHERE r.operator = %(operator)s AND r.uploaded AND r.created_at < clock_timestamp() - interval '24 hours'
  AND r.state NOT IN ('asked', 'running', 'undo_asked', 'undoing')
RETURNING r.id

-- name: drop
UPDATE chancela.import_run r SET state = 'dropped', notes = '{}', ended_at = clock_timestamp()
WHERE r.operator = %(operator)s AND r.id = %(id)s AND r.uploaded AND r.state IN ('waiting', 'reading', 'ready', 'refused')
RETURNING 1
