-- The next part of what is to be put back.
INSERT INTO undo_part (subject, id, before, after)
SELECT r.subject, CASE WHEN %(what)s <> 'provider' THEN r.subject::uuid END, r.before, r.after FROM chancela.import_before r
WHERE r.operator = %(operator)s AND r.run_id = %(run)s AND r.what = %(what)s ORDER BY r.subject LIMIT %(part)s
;
ANALYZE undo_part
