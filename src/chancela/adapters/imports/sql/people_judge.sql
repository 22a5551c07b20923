-- The end of a file that was merged is none of whoever goes on.
UPDATE arriving a
SET want = a.want - CASE WHEN m.spared THEN '{cco,operator_code,standing,ended_date}' ELSE '{cco,operator_code}' END::text[]
FROM matched m
WHERE m.n = a.n AND m.led_on
;
-- One deed a person: of the lines of a list the last one counts (a living contract before an ended one), movements add up.
CREATE TEMP TABLE target AS
SELECT a.n, m.known,
       COALESCE(m.known::text, 'card ' || a.card) AS person,
       row_number() OVER w AS from_last,
       count(*) OVER (PARTITION BY COALESCE(m.known::text, 'card ' || a.card)) AS lines,
       first_value(a.line) OVER w AS winner
FROM arriving a JOIN matched m USING (n)
WHERE NOT a.refused AND m.fault IS NULL
WINDOW w AS (PARTITION BY COALESCE(m.known::text, 'card ' || a.card) ORDER BY a.rank DESC, m.led_on, a.n DESC)
;
CREATE INDEX ON target (person)
;
CREATE TEMP TABLE judged AS
SELECT f.n, f.line, f.id, f.cco, f.code, f.card, f.holder, f.named_card, f.guardian_cards, f.lines, f.want
FROM (
    SELECT a.n, a.line, COALESCE(t.known, a.id) AS id, a.cco, a.code, a.card, t.lines, a.named_card, a.guardian_cards,
           CASE WHEN t.lines = 1 OR NOT %(adds_up)s THEN a.holder
                ELSE (SELECT x.holder FROM target y JOIN arriving x USING (n)
                      WHERE y.person = t.person AND x.want ? 'relation' ORDER BY x.n DESC LIMIT 1) END AS holder,
           CASE WHEN t.lines = 1 OR NOT %(adds_up)s THEN a.want
                ELSE (SELECT jsonb_object_agg(e.key, e.value ORDER BY x.n)
                      FROM target y JOIN arriving x USING (n), jsonb_each(x.want) AS e
                      WHERE y.person = t.person) END AS want
    FROM target t JOIN arriving a USING (n)
    WHERE t.from_last = 1
) AS f
;
CREATE UNIQUE INDEX ON judged (id)
;
ANALYZE judged
;
-- Holders and guardians stand anywhere in the file, or in an earlier one.
CREATE TEMP TABLE related AS
SELECT DISTINCT ON (k.key) k.key, k.id, k.relation
FROM (
    SELECT CASE %(holder_by)s WHEN 'cco' THEN j.cco WHEN 'code' THEN j.code ELSE j.card END AS key, j.id,
           j.want ->> 'relation' AS relation, 1 AS rank
    FROM judged j
    UNION ALL
    SELECT CASE %(holder_by)s WHEN 'cco' THEN b.cco WHEN 'code' THEN COALESCE(b.operator_code, b.card_number)
                              ELSE b.card_number END, COALESCE(b.merged_into, b.id), b.relation, 2
    FROM chancela.beneficiary b WHERE b.operator = %(operator)s
) AS k
JOIN (
    SELECT j.holder AS key FROM judged j WHERE j.holder IS NOT NULL
    UNION SELECT j.named_card FROM judged j WHERE j.named_card IS NOT NULL
    UNION SELECT unnest(j.guardian_cards) FROM judged j
) AS asked USING (key)
ORDER BY k.key, k.relation IS NULL, k.rank
;
CREATE UNIQUE INDEX ON related (key)
;
ANALYZE related
;
-- What a person becomes: what the file says, over what is on file; SIB knows no suspension, so that it lifts none.
CREATE TEMP TABLE deed AS
SELECT f.id, f.line, f.fresh, f.want,
       CASE WHEN NOT f.fresh THEN
           ARRAY(SELECT e.key FROM jsonb_each(f.want) AS e WHERE f.had -> e.key IS DISTINCT FROM e.value ORDER BY 1)
       END AS changed
FROM (
    SELECT j.id, j.line, b.id IS NULL AS fresh,
           CASE WHEN b.id IS NULL THEN jsonb_build_object('card_number', j.card) ELSE '{}' END
           || CASE WHEN %(keeps_suspended)s AND b.standing = 'suspended' AND j.want ->> 'standing' = 'active'
                   THEN j.want - 'standing' ELSE j.want END
           || CASE WHEN h.id IS NULL OR h.id = j.id THEN '{}' ELSE jsonb_build_object('holder_id', h.id) END
           || CASE WHEN n.id IS NULL OR n.id = j.id THEN '{}' ELSE jsonb_build_object('named_guardian_id', n.id) END AS want,
           to_jsonb(b) AS had
    FROM judged j
    LEFT JOIN related h ON h.key = j.holder
    LEFT JOIN related n ON n.key = j.named_card
    LEFT JOIN chancela.beneficiary b ON b.operator = %(operator)s AND b.id = j.id
) AS f
WHERE f.fresh OR NOT f.had @> f.want
;
CREATE TEMP TABLE absent AS
SELECT b.id FROM chancela.beneficiary b
WHERE %(whole)s AND b.operator = %(operator)s AND b.standing <> 'ended' AND b.merged_into IS NULL
  AND NOT EXISTS (SELECT FROM matched m WHERE m.known = b.id)
;
INSERT INTO deed (id, line, fresh, want, changed)
SELECT b.id, 0, false, jsonb_build_object('standing', 'ended', 'ended_date', COALESCE(b.ended_date, %(today)s::date)),
       CASE WHEN b.ended_date IS NULL THEN ARRAY['ended_date', 'standing'] ELSE ARRAY['standing'] END
FROM absent JOIN chancela.beneficiary b ON b.operator = %(operator)s AND b.id = absent.id
WHERE %(ends_absent)s
;
CREATE UNIQUE INDEX ON deed (id)
;
ANALYZE deed
;
CREATE TEMP TABLE guardian_deed AS
SELECT f.id, f.before, f.after
FROM (
    SELECT j.id,
           ARRAY(SELECT o.guardian_id FROM chancela.guardian o WHERE o.operator = %(operator)s AND o.ward_id = j.id ORDER BY 1)
               AS before,
           ARRAY(
               SELECT r.id FROM related r WHERE r.key = ANY (j.guardian_cards) AND r.id <> j.id
               UNION
               SELECT o.guardian_id FROM chancela.guardian o
               WHERE o.operator = %(operator)s AND o.ward_id = j.id AND EXISTS (
                   SELECT FROM unnest(j.guardian_cards) AS c (card) LEFT JOIN related r ON r.key = c.card
                   WHERE r.id IS NULL OR r.id = j.id)
               ORDER BY 1) AS after
    FROM judged j WHERE j.guardian_cards IS NOT NULL
) AS f
WHERE f.before <> f.after
;
-- The operator's own records confirm an address that providers typed; a contested one stays contested,
-- one that the person left stays left (the file may be older than that), none is removed.
CREATE TEMP TABLE contact_deed AS
SELECT DISTINCT ON (j.id, n.kind, n.address) COALESCE(c.id, n.id) AS id, j.id AS person, n.kind, n.address, c.id IS NULL AS fresh
FROM arriving_contact n
JOIN judged j USING (n)
LEFT JOIN chancela.contact c
    ON c.operator = %(operator)s AND c.beneficiary_id = j.id AND c.kind = n.kind AND c.address = n.address
WHERE c.id IS NULL OR c.state = 'provisional' OR (c.state = 'confirmed' AND c.typed_by IS NOT NULL)
ORDER BY j.id, n.kind, n.address, n.id DESC
