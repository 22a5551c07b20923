-- One part of the deeds, in one transaction: the rows held in the order of their ids, as every deed that writes people holds them.
INSERT INTO part SELECT d.id, d.line, d.fresh, d.want, d.changed FROM deed d
WHERE d.id > %(after)s ORDER BY d.id LIMIT %(part)s
;
SELECT b.id FROM chancela.beneficiary b WHERE b.operator = %(operator)s AND b.id IN (SELECT p.id FROM part p)
ORDER BY b.id FOR NO KEY UPDATE
;
INSERT INTO chancela.import_before AS r (operator, run_id, what, subject, before, after)
SELECT %(operator)s, %(run)s, 'person', p.id::text,
       CASE WHEN b.id IS NOT NULL THEN (SELECT jsonb_object_agg(k, to_jsonb(b) -> k) FROM unnest(p.changed) AS k) END,
       CASE WHEN b.id IS NULL THEN p.want ELSE (SELECT jsonb_object_agg(k, p.want -> k) FROM unnest(p.changed) AS k) END
FROM part p LEFT JOIN chancela.beneficiary b ON b.operator = %(operator)s AND b.id = p.id
ON CONFLICT ON CONSTRAINT an_import_remembers_a_thing_once DO UPDATE
SET before = EXCLUDED.before || r.before, after = r.after || EXCLUDED.after
;
-- Who becomes protected is let in anew everywhere: whoever they are protected from may have been there in their name.
WITH newly AS (
    SELECT b.id FROM part p JOIN chancela.beneficiary b ON b.operator = %(operator)s AND b.id = p.id
    WHERE p.want -> 'protected' = 'true' AND NOT b.protected
), sessions AS (
    UPDATE chancela.person_session s SET ended_at = clock_timestamp()
    FROM newly n WHERE s.operator = %(operator)s AND s.beneficiary_id = n.id AND s.ended_at IS NULL
), passkeys AS (
    UPDATE chancela.passkey k SET ended_at = clock_timestamp()
    FROM newly n WHERE k.operator = %(operator)s AND k.beneficiary_id = n.id AND k.ended_at IS NULL
), devices AS (
    UPDATE chancela.device d SET ended_at = clock_timestamp(), secret = NULL
    FROM newly n WHERE d.operator = %(operator)s AND d.beneficiary_id = n.id AND d.ended_at IS NULL
)
UPDATE chancela.paper_code p SET ended_at = clock_timestamp(), digest = NULL
FROM newly n WHERE p.operator = %(operator)s AND p.beneficiary_id = n.id AND p.ended_at IS NULL
;
UPDATE chancela.beneficiary b SET (
    name, relation, holder_id, birth_date, cpf, plan, standing, joined_date, ended_date, card_valid_until, covers_dental,
    covers_medical, uses_no_mobile, language, private, protected, named_guardian_id, cco, operator_code, cns
) = (
    SELECT r.name, r.relation, r.holder_id, r.birth_date, r.cpf, r.plan, r.standing, r.joined_date, r.ended_date,
           r.card_valid_until, r.covers_dental, r.covers_medical, r.uses_no_mobile, r.language, r.private, r.protected,
           r.named_guardian_id, r.cco, r.operator_code, r.cns
    FROM jsonb_populate_record(b, p.want) AS r
)
FROM part p
WHERE b.operator = %(operator)s AND b.id = p.id
;
INSERT INTO chancela.beneficiary (
    operator, id, card_number, name, relation, holder_id, birth_date, cpf, plan, standing, joined_date, ended_date,
    card_valid_until, covers_dental, covers_medical, uses_no_mobile, language, private, protected, named_guardian_id, cco,
    operator_code, cns
)
SELECT %(operator)s, p.id, r.card_number, r.name, r.relation, r.holder_id, r.birth_date, r.cpf, r.plan, r.standing, r.joined_date,
       r.ended_date, r.card_valid_until, r.covers_dental, r.covers_medical, r.uses_no_mobile, r.language, r.private, r.protected,
       r.named_guardian_id, r.cco, r.operator_code, r.cns
FROM part p
CROSS JOIN jsonb_populate_record(NULL::chancela.beneficiary, '{"relation": "holder", "plan": "", "standing": "active", '
    '"covers_dental": true, "covers_medical": true, "uses_no_mobile": false, "language": "pt-br", "private": false, '
    '"protected": false}'::jsonb || p.want) AS r
WHERE p.fresh
ORDER BY p.id
