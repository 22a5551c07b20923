-- How many things there are to be put back.
SELECT count(*) FROM chancela.import_before r WHERE r.operator = %(operator)s AND r.run_id = %(run)s
