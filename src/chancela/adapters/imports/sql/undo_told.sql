-- What became of each thing of a part.
SELECT u.fate, u.key, u.fields FROM undo_part u ORDER BY u.subject
