-- New providers come in, known codes are brought up to date where the file has the column.
WITH put AS (
    INSERT INTO chancela.provider AS p (operator, code, name, document, council, specialties, phones, emails, active, staff)
    SELECT %(operator)s, a.code, a.name, a.document, a.council, a.specialties, a.phones, a.emails, a.active, a.staff
    FROM arriving a
    ORDER BY a.code
    ON CONFLICT ON CONSTRAINT a_provider_has_one_code DO UPDATE SET
        name = EXCLUDED.name,
        document = CASE WHEN 'cnpj_ou_cpf' = ANY (%(columns)s) THEN EXCLUDED.document ELSE p.document END,
        council = CASE WHEN 'conselho' = ANY (%(columns)s) THEN EXCLUDED.council ELSE p.council END,
        specialties = CASE WHEN 'especialidades' = ANY (%(columns)s) THEN EXCLUDED.specialties ELSE p.specialties END,
        phones = CASE WHEN 'telefones' = ANY (%(columns)s) THEN EXCLUDED.phones ELSE p.phones END,
        emails = CASE WHEN 'emails' = ANY (%(columns)s) THEN EXCLUDED.emails ELSE p.emails END,
        active = CASE WHEN 'situacao' = ANY (%(columns)s) THEN EXCLUDED.active ELSE p.active END,
        staff = ARRAY(SELECT DISTINCT s FROM unnest(p.staff || EXCLUDED.staff) AS s ORDER BY s) -- accounts add theirs too
    WHERE p.name <> EXCLUDED.name
       OR ('cnpj_ou_cpf' = ANY (%(columns)s) AND p.document IS DISTINCT FROM EXCLUDED.document)
       OR ('conselho' = ANY (%(columns)s) AND p.council IS DISTINCT FROM EXCLUDED.council)
       OR ('especialidades' = ANY (%(columns)s) AND p.specialties <> EXCLUDED.specialties)
       OR ('telefones' = ANY (%(columns)s) AND p.phones <> EXCLUDED.phones)
       OR ('emails' = ANY (%(columns)s) AND p.emails <> EXCLUDED.emails)
       OR ('situacao' = ANY (%(columns)s) AND p.active <> EXCLUDED.active)
       OR NOT p.staff @> EXCLUDED.staff
    RETURNING p.xmax = 0 AS fresh
)
SELECT count(*) FILTER (WHERE fresh), count(*) FILTER (WHERE NOT fresh) FROM put
