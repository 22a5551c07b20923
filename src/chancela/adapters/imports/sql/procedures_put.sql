-- The catalogue is one for all operators; `words` holds the plain words of the name, as searches ask for them.
WITH put AS (
    INSERT INTO chancela.procedure AS p (table_code, code, name, dental, words)
    SELECT n.table_code, n.code, n.name, n.dental, n.words::tsvector
    FROM unnest(%(tables)s::text[], %(codes)s::text[], %(names)s::text[], %(dental)s::boolean[], %(words)s::text[])
         AS n (table_code, code, name, dental, words)
    ORDER BY n.table_code, n.code
    ON CONFLICT ON CONSTRAINT a_procedure_stands_once_in_its_table DO UPDATE
    SET name = EXCLUDED.name, dental = EXCLUDED.dental, words = EXCLUDED.words
    WHERE (p.name, p.dental) <> (EXCLUDED.name, EXCLUDED.dental) OR p.words <> EXCLUDED.words
    RETURNING p.xmax = 0 AS fresh
)
SELECT count(*) FILTER (WHERE fresh), count(*) FILTER (WHERE NOT fresh) FROM put
