-- Documents of guias: what lies outside the database, and under which hash.
SELECT 1;
