-- Providers: as people; on one that came hang guias, counts of days, reports and clients.
SELECT p.code FROM undo_part u JOIN chancela.provider p ON p.operator = %(operator)s AND p.code = u.subject
ORDER BY p.code FOR UPDATE OF p
;
UPDATE undo_part u
SET key = p.code,
    back = (SELECT jsonb_object_agg(e.key, u.before -> e.key) FROM jsonb_each(u.after) AS e
            WHERE u.before IS NOT NULL AND to_jsonb(p) -> e.key = e.value),
    fields = ARRAY(SELECT e.key FROM jsonb_each(u.after) AS e WHERE to_jsonb(p) -> e.key IS DISTINCT FROM e.value ORDER BY 1),
    fate = CASE WHEN EXISTS (SELECT FROM jsonb_each(u.after) AS e WHERE to_jsonb(p) -> e.key IS DISTINCT FROM e.value) THEN 'left'
                WHEN u.before IS NOT NULL THEN 'restored'
                WHEN %(ends)s
                  OR EXISTS (SELECT FROM chancela.guia g WHERE g.operator = %(operator)s AND g.provider = p.code)
                  OR EXISTS (SELECT FROM chancela.provider_day d WHERE d.operator = %(operator)s AND d.provider = p.code)
                  OR EXISTS (SELECT FROM chancela.professional f WHERE f.operator = %(operator)s AND f.provider = p.code)
                  OR EXISTS (SELECT FROM chancela.report o WHERE o.operator = %(operator)s AND o.provider = p.code)
                  OR EXISTS (SELECT FROM chancela.client c WHERE c.operator = %(operator)s AND c.provider = p.code) THEN 'ended'
                ELSE 'removed' END
FROM chancela.provider p
WHERE p.operator = %(operator)s AND p.code = u.subject
;
UPDATE undo_part u SET fate = 'left', key = u.subject WHERE u.fate IS NULL
;
UPDATE chancela.provider p SET (name, document, council, specialties, phones, emails, active, staff) = (
    SELECT r.name, r.document, r.council, r.specialties, r.phones, r.emails, r.active, r.staff
    FROM jsonb_populate_record(p, u.back) AS r
)
FROM undo_part u WHERE p.operator = %(operator)s AND p.code = u.subject AND u.back IS NOT NULL
;
UPDATE chancela.provider p SET active = false
FROM undo_part u WHERE p.operator = %(operator)s AND p.code = u.subject AND u.fate = 'ended'
;
DELETE FROM chancela.provider p USING undo_part u
WHERE p.operator = %(operator)s AND p.code = u.subject AND u.fate = 'removed'
