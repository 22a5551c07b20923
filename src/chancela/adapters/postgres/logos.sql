-- name: find
SELECT l.media_type, l.width, l.height, l.content FROM chancela.operator_logo l WHERE l.operator = %(operator)s

-- name: put
INSERT INTO chancela.operator_logo AS l (operator, version, media_type, width, height, content)
VALUES (%(operator)s, %(version)s, %(media_type)s, %(width)s, %(height)s, %(content)s)
ON CONFLICT ON CONSTRAINT an_operator_has_one_logo DO UPDATE
SET version = EXCLUDED.version, media_type = EXCLUDED.media_type, width = EXCLUDED.width, height = EXCLUDED.height,
    content = EXCLUDED.content, changed_at = clock_timestamp()
WHERE l.version <> EXCLUDED.version
RETURNING l.operator

-- name: remove
DELETE FROM chancela.operator_logo l WHERE l.operator = %(operator)s RETURNING l.operator
