-- People: what was changed goes back where nobody changed it since; who came is removed, or ended where something hangs on them.
SELECT b.id FROM undo_part u JOIN chancela.beneficiary b ON b.operator = %(operator)s AND b.id = u.id
ORDER BY b.id FOR UPDATE OF b
;
UPDATE undo_part u SET key = f.card_number, back = f.back, fields = f.fields,
    fate = CASE WHEN f.fields <> '{}' THEN 'left'
                WHEN u.before IS NOT NULL THEN 'restored'
                WHEN %(ends)s OR EXISTS (SELECT FROM kept k WHERE k.id = f.id) THEN 'ended'
                ELSE 'removed' END
FROM (
    SELECT h.id, h.card_number,
           (SELECT jsonb_object_agg(e.key, h.before -> e.key) FROM jsonb_each(h.after) AS e
            WHERE h.before IS NOT NULL AND h.had -> e.key = e.value) AS back,
           ARRAY(SELECT e.key FROM jsonb_each(h.after) AS e WHERE h.had -> e.key IS DISTINCT FROM e.value ORDER BY 1) AS fields
    FROM (SELECT w.id, b.card_number, w.before, w.after, to_jsonb(b) AS had
          FROM undo_part w JOIN chancela.beneficiary b ON b.operator = %(operator)s AND b.id = w.id
          OFFSET 0) AS h -- so that a person becomes JSON once, not once for each key
    OFFSET 0
) AS f
WHERE f.id = u.id
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
FROM undo_part u WHERE b.operator = %(operator)s AND b.id = u.id AND u.back IS NOT NULL
;
UPDATE chancela.beneficiary b SET standing = 'ended', ended_date = COALESCE(b.ended_date, %(today)s)
FROM undo_part u WHERE b.operator = %(operator)s AND b.id = u.id AND u.fate = 'ended'
;
DELETE FROM chancela.beneficiary b USING undo_part u
WHERE b.operator = %(operator)s AND b.id = u.id AND u.fate = 'removed'
