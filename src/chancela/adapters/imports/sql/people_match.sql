-- Who is meant by each line: by CCO, by the operator's code, by the card number; the file of one who was merged leads on.
CREATE UNIQUE INDEX ON arriving (n)
;
ANALYZE arriving
;
CREATE TEMP TABLE matched AS
SELECT f.n, f.known, f.led_on, f.led_on AND f.ends AS spared,
       CASE WHEN f.known IS NOT NULL THEN NULL
            WHEN NOT f.adds THEN CASE WHEN %(whole)s THEN 'gone' ELSE 'unknown' END
            WHEN length(f.card) > 20 THEN 'long'
            WHEN EXISTS (SELECT FROM chancela.beneficiary t WHERE t.operator = %(operator)s AND t.card_number = f.card) THEN 'taken'
       END AS fault
FROM (
    SELECT DISTINCT ON (a.n) a.n, a.adds, a.card, COALESCE(a.want ->> 'standing' = 'ended', false) AS ends,
           COALESCE(c.merged_into, c.id, o.merged_into, o.id, k.merged_into, k.id) AS known,
           COALESCE(c.merged_into, o.merged_into, k.merged_into) IS NOT NULL AS led_on
    FROM arriving a
    LEFT JOIN chancela.beneficiary c ON c.operator = %(operator)s AND c.cco = a.cco
    LEFT JOIN chancela.beneficiary o
        ON o.operator = %(operator)s AND o.operator_code = a.code AND (a.adds OR %(whole)s)
        AND (o.cco IS NULL OR a.cco IS NULL OR (
            o.birth_date = (a.want ->> 'birth_date')::date AND (o.cpf = a.want ->> 'cpf' OR o.name = a.want ->> 'name')))
    LEFT JOIN chancela.beneficiary k
        ON k.operator = %(operator)s AND k.card_number = a.card AND (a.adds OR %(whole)s)
        AND (a.code IS NULL OR k.operator_code IS NULL OR k.operator_code = a.code)
        AND (k.cco IS NULL OR a.cco IS NULL OR (
            k.birth_date = (a.want ->> 'birth_date')::date AND (k.cpf = a.want ->> 'cpf' OR k.name = a.want ->> 'name')))
    ORDER BY a.n, c.id IS NULL, o.standing = 'ended', o.id
) AS f
;
CREATE UNIQUE INDEX ON matched (n)
;
ANALYZE matched
