-- People: what was changed goes back where nobody changed it since; who came is removed, or ended where something hangs on them.
INSERT INTO undo_part (subject, before, after)
SELECT r.subject, r.before, r.after FROM chancela.import_before r
WHERE r.operator = %(operator)s AND r.run_id = %(run)s AND r.what = %(what)s ORDER BY r.subject LIMIT %(part)s
;
SELECT b.id FROM chancela.beneficiary b
WHERE b.operator = %(operator)s AND b.id IN (SELECT u.subject::uuid FROM undo_part u) ORDER BY b.id FOR UPDATE
;
UPDATE undo_part u
SET key = b.card_number,
    back = (SELECT jsonb_object_agg(e.key, u.before -> e.key) FROM jsonb_each(u.after) AS e
            WHERE u.before IS NOT NULL AND to_jsonb(b) -> e.key = e.value),
    fields = ARRAY(SELECT e.key FROM jsonb_each(u.after) AS e WHERE to_jsonb(b) -> e.key IS DISTINCT FROM e.value ORDER BY 1),
    fate = CASE WHEN NOT to_jsonb(b) @> u.after THEN 'left'
                WHEN u.before IS NOT NULL THEN 'restored'
                WHEN true THEN 'ended'
                ELSE 'removed' END
FROM chancela.beneficiary b
WHERE b.operator = %(operator)s AND b.id = u.subject::uuid
;
UPDATE undo_part u SET fate = 'left', key = '' WHERE u.fate IS NULL
;
UPDATE chancela.beneficiary b SET (
    name, relation, holder_id, birth_date, cpf, plan, standing, joined_date, ended_date, card_valid_until, covers_dental,
    covers_medical, uses_no_mobile, language, private, protected, named_guardian_id, cco, operator_code, cns
) = (
    SELECT r.name, r.relation, r.holder_id, r.birth_date, r.cpf, r.plan, r.standing, r.joined_date, r.ended_date,
           r.card_valid_until, r.covers_dental, r.covers_medical, r.uses_no_mobile, r.language, r.private, r.protected,
           r.named_guardian_id, r.cco, r.operator_code, r.cns
    FROM jsonb_populate_record(b, u.back) AS r
)
FROM undo_part u WHERE b.operator = %(operator)s AND b.id = u.subject::uuid AND u.back IS NOT NULL
;
UPDATE chancela.beneficiary b SET standing = 'ended', ended_date = COALESCE(b.ended_date, %(today)s)
FROM undo_part u WHERE b.operator = %(operator)s AND b.id = u.subject::uuid AND u.fate = 'ended'
;
DELETE FROM chancela.beneficiary b USING undo_part u
WHERE b.operator = %(operator)s AND b.id = u.subject::uuid AND u.fate = 'removed'
;
DELETE FROM chancela.import_before r USING undo_part u
WHERE r.operator = %(operator)s AND r.run_id = %(run)s AND r.what = %(what)s AND r.subject = u.subject
;
SELECT u.fate, u.key, u.fields FROM undo_part u ORDER BY u.subject
