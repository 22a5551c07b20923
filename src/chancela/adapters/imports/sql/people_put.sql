-- New people come in, known cards are brought up to date where the file has the column; rows that say the same stay untouched.
WITH put AS (
    INSERT INTO chancela.beneficiary AS b (
        operator, id, card_number, name, birth_date, cpf, relation, plan, standing, joined_date, ended_date,
        card_valid_until, covers_dental, covers_medical, uses_no_mobile, language
    )
    SELECT %(operator)s, a.id, a.card_number, a.name, a.birth_date, a.cpf, a.relation, a.plan, a.standing, a.joined_date,
           a.ended_date, a.card_valid_until, a.covers_dental, a.covers_medical, a.uses_no_mobile, a.language
    FROM arriving a
    ORDER BY a.card_number
    ON CONFLICT ON CONSTRAINT a_card_number_belongs_to_one_person DO UPDATE SET
        name = EXCLUDED.name,
        birth_date = EXCLUDED.birth_date,
        cpf = CASE WHEN 'cpf' = ANY (%(columns)s) THEN EXCLUDED.cpf ELSE b.cpf END,
        relation = CASE WHEN %(columns)s && '{titular,parentesco}' THEN EXCLUDED.relation ELSE b.relation END,
        holder_id = CASE WHEN %(columns)s && '{titular,parentesco}' AND EXCLUDED.relation = 'holder' THEN NULL
                         ELSE b.holder_id END,
        plan = CASE WHEN 'plano' = ANY (%(columns)s) THEN EXCLUDED.plan ELSE b.plan END,
        standing = CASE WHEN 'situacao' = ANY (%(columns)s) THEN EXCLUDED.standing ELSE b.standing END,
        joined_date = CASE WHEN 'inclusao' = ANY (%(columns)s) THEN EXCLUDED.joined_date ELSE b.joined_date END,
        ended_date = CASE WHEN 'desligamento' = ANY (%(columns)s) THEN EXCLUDED.ended_date ELSE b.ended_date END,
        card_valid_until = CASE WHEN 'validade' = ANY (%(columns)s) THEN EXCLUDED.card_valid_until ELSE b.card_valid_until END,
        covers_dental = CASE WHEN 'cobertura' = ANY (%(columns)s) THEN EXCLUDED.covers_dental ELSE b.covers_dental END,
        covers_medical = CASE WHEN 'cobertura' = ANY (%(columns)s) THEN EXCLUDED.covers_medical ELSE b.covers_medical END,
        uses_no_mobile = CASE WHEN 'usa_celular' = ANY (%(columns)s) THEN EXCLUDED.uses_no_mobile ELSE b.uses_no_mobile END,
        language = CASE WHEN 'idioma' = ANY (%(columns)s) THEN EXCLUDED.language ELSE b.language END
    WHERE (b.name, b.birth_date) IS DISTINCT FROM (EXCLUDED.name, EXCLUDED.birth_date)
       OR ('cpf' = ANY (%(columns)s) AND b.cpf IS DISTINCT FROM EXCLUDED.cpf)
       OR (%(columns)s && '{titular,parentesco}' AND b.relation <> EXCLUDED.relation)
       OR ('plano' = ANY (%(columns)s) AND b.plan <> EXCLUDED.plan)
       OR ('situacao' = ANY (%(columns)s) AND b.standing <> EXCLUDED.standing)
       OR ('inclusao' = ANY (%(columns)s) AND b.joined_date IS DISTINCT FROM EXCLUDED.joined_date)
       OR ('desligamento' = ANY (%(columns)s) AND b.ended_date IS DISTINCT FROM EXCLUDED.ended_date)
       OR ('validade' = ANY (%(columns)s) AND b.card_valid_until IS DISTINCT FROM EXCLUDED.card_valid_until)
       OR ('cobertura' = ANY (%(columns)s)
           AND (b.covers_dental, b.covers_medical) <> (EXCLUDED.covers_dental, EXCLUDED.covers_medical))
       OR ('usa_celular' = ANY (%(columns)s) AND b.uses_no_mobile <> EXCLUDED.uses_no_mobile)
       OR ('idioma' = ANY (%(columns)s) AND b.language <> EXCLUDED.language)
    RETURNING b.xmax = 0 AS fresh
)
SELECT count(*) FILTER (WHERE fresh), count(*) FILTER (WHERE NOT fresh) FROM put
