-- Of a code that stands twice the last line counts; who works there is added to those who are known, as accounts add theirs too.
CREATE TEMP TABLE provider_deed AS
SELECT f.line, f.code, f.fresh, f.want,
       CASE WHEN NOT f.fresh THEN
           ARRAY(SELECT e.key FROM jsonb_each(f.want) AS e WHERE f.had -> e.key IS DISTINCT FROM e.value ORDER BY 1)
       END AS changed
FROM (
    SELECT a.line, a.code, p.code IS NULL AS fresh, to_jsonb(p) AS had,
           CASE WHEN p.code IS NULL OR p.staff @> ARRAY(SELECT jsonb_array_elements_text(a.want -> 'staff')) THEN
               CASE WHEN p.code IS NULL THEN a.want ELSE a.want - 'staff' END
           ELSE a.want || jsonb_build_object('staff', (
               SELECT jsonb_agg(DISTINCT s ORDER BY s)
               FROM unnest(p.staff || ARRAY(SELECT jsonb_array_elements_text(a.want -> 'staff'))) AS s)) END AS want
    FROM (SELECT DISTINCT ON (w.code) w.* FROM arriving_provider w ORDER BY w.code, w.line DESC) AS a
    LEFT JOIN chancela.provider p ON p.operator = %(operator)s AND p.code = a.code
) AS f
;
DELETE FROM provider_deed WHERE NOT fresh AND changed = '{}'
