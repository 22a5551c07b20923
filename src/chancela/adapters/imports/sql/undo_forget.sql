-- What was put back, or left, is not looked at again.
DELETE FROM chancela.import_before r USING undo_part u
WHERE r.operator = %(operator)s AND r.run_id = %(run)s AND r.what = %(what)s AND r.subject = u.subject
