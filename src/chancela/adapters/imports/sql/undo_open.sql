-- Whom an import brought and who stay after all: something hangs on them, somebody changed them since, or they hold such a person's plan.
CREATE TEMP TABLE brought AS
SELECT r.subject::uuid AS id, r.after FROM chancela.import_before r
WHERE r.operator = %(operator)s AND r.run_id = %(run)s AND r.what = 'person' AND r.before IS NULL
;
CREATE UNIQUE INDEX ON brought (id)
;
ANALYZE brought
;
CREATE TEMP TABLE kept AS
SELECT h.id FROM (
    SELECT t.beneficiary_id AS id FROM chancela.guia t WHERE t.operator = %(operator)s
    UNION SELECT t.beneficiary_id FROM chancela.sign_in t WHERE t.operator = %(operator)s
    UNION SELECT t.beneficiary_id FROM chancela.person_session t WHERE t.operator = %(operator)s
    UNION SELECT t.beneficiary_id FROM chancela.passkey t WHERE t.operator = %(operator)s
    UNION SELECT t.beneficiary_id FROM chancela.passkey_challenge t WHERE t.operator = %(operator)s
    UNION SELECT t.beneficiary_id FROM chancela.device t WHERE t.operator = %(operator)s
    UNION SELECT t.beneficiary_id FROM chancela.paper_code t WHERE t.operator = %(operator)s
    UNION SELECT t.beneficiary_id FROM chancela.push_subscription t WHERE t.operator = %(operator)s
    UNION SELECT t.beneficiary_id FROM chancela.contact_change t WHERE t.operator = %(operator)s
    UNION SELECT t.beneficiary_id FROM chancela.contact_hold t WHERE t.operator = %(operator)s
    UNION SELECT t.person_id FROM chancela.call t WHERE t.operator = %(operator)s AND t.person_id IS NOT NULL
    UNION SELECT t.beneficiary_id FROM chancela.report t WHERE t.operator = %(operator)s
    UNION SELECT t.reader_id FROM chancela.delivery t WHERE t.operator = %(operator)s AND t.reader_id IS NOT NULL
    UNION SELECT t.of_id FROM chancela.tie t WHERE t.operator = %(operator)s
    UNION SELECT t.taker_id FROM chancela.tie t WHERE t.operator = %(operator)s
    UNION SELECT t.merged_into FROM chancela.beneficiary t WHERE t.operator = %(operator)s AND t.merged_into IS NOT NULL
    UNION SELECT t.beneficiary_id FROM chancela.contact t
    WHERE t.operator = %(operator)s AND NOT EXISTS (
        SELECT FROM chancela.import_before r
        WHERE r.operator = %(operator)s AND r.run_id = %(run)s AND r.what = 'contact' AND r.subject = t.id::text
          AND t.state = 'confirmed' AND t.typed_by IS NULL)
    UNION SELECT unnest(ARRAY[t.ward_id, t.guardian_id]) FROM chancela.guardian t
    WHERE t.operator = %(operator)s AND NOT EXISTS (
        SELECT FROM chancela.import_before r
        WHERE r.operator = %(operator)s AND r.run_id = %(run)s AND r.what = 'guardians' AND r.subject = t.ward_id::text)
    UNION SELECT unnest(ARRAY[t.holder_id, t.named_guardian_id]) FROM chancela.beneficiary t
    WHERE t.operator = %(operator)s AND NOT EXISTS (
        SELECT FROM chancela.import_before r
        WHERE r.operator = %(operator)s AND r.run_id = %(run)s AND r.what = 'person' AND r.subject = t.id::text)
    UNION SELECT w.id FROM brought w JOIN chancela.beneficiary b ON b.operator = %(operator)s AND b.id = w.id
    WHERE NOT to_jsonb(b) @> w.after
) AS h JOIN brought USING (id)
;
INSERT INTO kept
SELECT DISTINCT u FROM chancela.beneficiary b JOIN kept k USING (id) CROSS JOIN unnest(ARRAY[b.holder_id, b.named_guardian_id]) AS u
WHERE b.operator = %(operator)s AND u IS NOT NULL AND u NOT IN (SELECT id FROM kept)
;
CREATE UNIQUE INDEX ON kept (id)
;
-- An id stands beside its text: a cast is not LEAKPROOF, and behind a wall no index would be used for it.
CREATE TEMP TABLE undo_part (
    subject text PRIMARY KEY, id uuid, before jsonb, after jsonb, back jsonb, fate text, key text, fields text[]
) ON COMMIT DELETE ROWS
