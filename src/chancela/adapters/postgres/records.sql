-- name: hold
-- Whoever changes the contacts of the same people waits until what was changed before is written.
SELECT pg_advisory_xact_lock(hashtextextended(%(operator)s || ' contacts ' || p.id, 0))
FROM (SELECT DISTINCT u.id FROM unnest(%(ids)s::text[]) AS u (id) ORDER BY u.id) p

-- name: load
SELECT b.id, b.card_number, b.name, b.relation, b.holder_id, b.birth_date, b.cpf, b.plan, b.standing, b.joined_date,
       b.ended_date, b.card_valid_until, b.covers_dental, b.covers_medical, b.has_app, b.preferred_channel,
       b.uses_no_mobile, b.language, b.private, b.protected, b.named_guardian_id, b.merged_into
FROM chancela.beneficiary b
WHERE b.operator = %(operator)s AND b.id = ANY(%(ids)s)
ORDER BY b.id

-- name: hold_guias
SELECT count(*) FROM (
    SELECT FROM chancela.guia g WHERE g.operator = %(operator)s AND g.beneficiary_id = ANY(%(ids)s) ORDER BY g.id FOR UPDATE) h

-- name: alive
SELECT DISTINCT g.beneficiary_id
FROM chancela.guia g
CROSS JOIN LATERAL (
    SELECT FROM chancela.live_token t WHERE t.operator = %(operator)s AND t.guia_id = g.id AND t.expires_at > clock_timestamp()
    LIMIT 1) l
WHERE g.operator = %(operator)s AND g.beneficiary_id = ANY(%(ids)s)

-- name: hold_ways_in
-- Before the trail's head, each in the order in which other deeds take them.
WITH sign_ins AS (
    SELECT FROM chancela.sign_in s
    WHERE s.operator = %(operator)s AND s.beneficiary_id = ANY(%(ids)s) AND s.issued_at > clock_timestamp() - interval '1 hour'
    ORDER BY s.id FOR UPDATE
), sessions AS (
    SELECT FROM chancela.person_session s
    WHERE s.operator = %(operator)s AND s.beneficiary_id = ANY(%(ids)s) AND s.ended_at IS NULL ORDER BY s.id FOR UPDATE
), passkeys AS (
    SELECT FROM chancela.passkey k
    WHERE k.operator = %(operator)s AND k.beneficiary_id = ANY(%(ids)s) AND k.ended_at IS NULL ORDER BY k.id FOR UPDATE
), devices AS (
    SELECT FROM chancela.device d
    WHERE d.operator = %(operator)s AND d.beneficiary_id = ANY(%(ids)s) AND d.ended_at IS NULL
    ORDER BY d.beneficiary_id, d.enrolled_at, d.id FOR UPDATE
), papers AS (
    SELECT FROM chancela.paper_code c
    WHERE c.operator = %(operator)s AND c.beneficiary_id = ANY(%(ids)s) AND c.ended_at IS NULL
    ORDER BY c.beneficiary_id, c.sheet_id, c.place FOR UPDATE
)
SELECT (SELECT count(*) FROM sign_ins), (SELECT count(*) FROM sessions), (SELECT count(*) FROM passkeys),
       (SELECT count(*) FROM devices), (SELECT count(*) FROM papers)

-- name: let_out
WITH sign_ins AS (
    UPDATE chancela.sign_in s SET ended_at = clock_timestamp(), digest = NULL, sealed = NULL
    WHERE s.operator = %(operator)s AND s.beneficiary_id = ANY(%(ids)s) AND s.ended_at IS NULL
), sessions AS (
    UPDATE chancela.person_session s SET ended_at = clock_timestamp()
    WHERE s.operator = %(operator)s AND s.beneficiary_id = ANY(%(ids)s) AND s.ended_at IS NULL
), passkeys AS (
    UPDATE chancela.passkey k SET ended_at = clock_timestamp()
    WHERE k.operator = %(operator)s AND k.beneficiary_id = ANY(%(ids)s) AND k.ended_at IS NULL
), devices AS (
    UPDATE chancela.device d SET ended_at = clock_timestamp(), secret = NULL
    WHERE d.operator = %(operator)s AND d.beneficiary_id = ANY(%(ids)s) AND d.ended_at IS NULL
), subscriptions AS (
    DELETE FROM chancela.push_subscription s WHERE s.operator = %(operator)s AND s.beneficiary_id = ANY(%(ids)s)
)
UPDATE chancela.paper_code c SET ended_at = clock_timestamp(), digest = NULL
WHERE c.operator = %(operator)s AND c.beneficiary_id = ANY(%(ids)s) AND c.ended_at IS NULL

-- name: put_people
-- Only what was changed: the person, or an import, may have changed the rest since it was read.
UPDATE chancela.beneficiary b
SET standing = CASE WHEN 'standing' = ANY(n.changed) THEN n.standing ELSE b.standing END,
    ended_date = CASE WHEN 'ended_date' = ANY(n.changed) THEN n.ended_date ELSE b.ended_date END,
    private = CASE WHEN 'private' = ANY(n.changed) THEN n.private ELSE b.private END,
    protected = CASE WHEN 'protected' = ANY(n.changed) THEN n.protected ELSE b.protected END,
    named_guardian_id = CASE WHEN 'named_guardian_id' = ANY(n.changed) THEN n.named_guardian_id ELSE b.named_guardian_id END
FROM json_to_recordset(%(rows)s::json)
     AS n (id uuid, changed text[], standing text, ended_date date, private boolean, protected boolean, named_guardian_id uuid)
WHERE b.operator = %(operator)s AND b.id = n.id

-- name: put_contacts
UPDATE chancela.contact c
SET beneficiary_id = n.beneficiary_id, state = n.state, typed_by = n.typed_by, guia_id = n.guia_id
FROM json_to_recordset(%(rows)s::json) AS n (id uuid, beneficiary_id uuid, state text, typed_by text, guia_id uuid)
WHERE c.operator = %(operator)s AND c.id = n.id

-- name: merge
WITH guias AS (
    UPDATE chancela.guia g SET beneficiary_id = %(kept)s WHERE g.operator = %(operator)s AND g.beneficiary_id = %(gone)s
), deliveries AS (
    UPDATE chancela.delivery d SET beneficiary_id = %(kept)s WHERE d.operator = %(operator)s AND d.beneficiary_id = %(gone)s
), reports AS (
    UPDATE chancela.report r SET beneficiary_id = %(kept)s WHERE r.operator = %(operator)s AND r.beneficiary_id = %(gone)s
), asked AS (
    UPDATE chancela.contact_change h SET ended_at = clock_timestamp(), digest = NULL, sealed = NULL
    WHERE h.operator = %(operator)s AND h.beneficiary_id = %(gone)s AND h.ended_at IS NULL
), ties AS (
    UPDATE chancela.tie t SET ended_at = clock_timestamp()
    WHERE t.operator = %(operator)s AND t.ended_at IS NULL AND (t.of_id = %(gone)s OR t.taker_id = %(gone)s)
), held AS (
    UPDATE chancela.beneficiary b SET holder_id = %(kept)s
    WHERE b.operator = %(operator)s AND b.holder_id = %(gone)s AND b.id NOT IN (%(kept)s, %(gone)s)
)
UPDATE chancela.beneficiary b
SET standing = 'ended', ended_date = %(on_date)s, has_app = false, merged_into = %(kept)s
WHERE b.operator = %(operator)s AND b.id = %(gone)s

-- name: merge_after
-- In a statement of its own: a row is changed once in each.
WITH before AS (
    UPDATE chancela.beneficiary b SET merged_into = %(kept)s WHERE b.operator = %(operator)s AND b.merged_into = %(gone)s
), read_by AS (
    UPDATE chancela.delivery d SET reader_id = %(kept)s WHERE d.operator = %(operator)s AND d.reader_id = %(gone)s
), given AS (
    UPDATE chancela.tie t SET ended_at = clock_timestamp()
    WHERE t.operator = %(operator)s AND t.ended_at IS NULL AND t.giver_id = %(gone)s
), wards AS (
    INSERT INTO chancela.guardian (operator, ward_id, guardian_id)
    SELECT %(operator)s, CASE WHEN g.ward_id = %(gone)s THEN %(kept)s ELSE g.ward_id END,
           CASE WHEN g.guardian_id = %(gone)s THEN %(kept)s ELSE g.guardian_id END
    FROM chancela.guardian g
    WHERE g.operator = %(operator)s AND (g.ward_id = %(gone)s OR g.guardian_id = %(gone)s)
      AND NOT (g.ward_id = %(kept)s OR g.guardian_id = %(kept)s)
    ON CONFLICT ON CONSTRAINT a_guardian_stands_once_beside_a_ward DO NOTHING
), gone AS (
    DELETE FROM chancela.guardian g
    WHERE g.operator = %(operator)s AND (g.ward_id = %(gone)s OR g.guardian_id = %(gone)s)
)
UPDATE chancela.beneficiary b SET named_guardian_id = NULLIF(%(kept)s::uuid, b.id)
WHERE b.operator = %(operator)s AND b.named_guardian_id = %(gone)s AND b.merged_into IS NULL
