-- name: open
-- The wall is up before what stands behind it is looked at, and one look at the clock says which day it is.
WITH wall AS MATERIALIZED (SELECT set_config('chancela.operator', %(operator)s, true) AS operator, clock_timestamp() AS at)
SELECT w.operator, w.at, o.name, o.profile, o.settings::text, o.carried, v.policy::text, v.provisos::text, o.told
FROM wall w
LEFT JOIN chancela.operator o ON o.ans = w.operator
LEFT JOIN LATERAL (
    SELECT p.policy, p.provisos FROM chancela.policy_version p
    WHERE p.operator = w.operator AND p.state = 'approved' AND p.from_date <= (w.at AT TIME ZONE 'America/Sao_Paulo')::date
    ORDER BY p.from_date DESC, p.number DESC LIMIT 1) v ON true

-- name: people_by_card
-- The card of a file that was merged stands for the one that goes on, under the number that was shown.
SELECT b.id, c.card_number, b.name, b.relation, b.holder_id, b.birth_date, b.cpf, b.plan, b.standing, b.joined_date,
       b.ended_date, b.card_valid_until, b.covers_dental, b.covers_medical, b.has_app, b.preferred_channel,
       b.uses_no_mobile, b.language, b.private, b.protected, b.named_guardian_id
FROM chancela.beneficiary c
JOIN chancela.beneficiary b -- behind a wall a CASE searches an index, and COALESCE does not
    ON b.operator = %(operator)s AND b.id = CASE WHEN c.merged_into IS NULL THEN c.id ELSE c.merged_into END
WHERE c.operator = %(operator)s AND c.card_number = ANY(%(cards)s)

-- name: contacts
SELECT c.id, c.beneficiary_id, c.kind, c.address, c.state, c.typed_by, c.guia_id, c.created_at
FROM chancela.contact c WHERE c.operator = %(operator)s AND c.beneficiary_id = ANY(%(people)s)

-- name: hold_address
-- Two sets that learn one address for two people would each see a number that nobody else has; so the second one waits,
-- before the statement that looks.
SELECT pg_advisory_xact_lock(hashtextextended(%(operator)s || ' ' || lower(%(address)s), 0))

-- name: sharing
-- What is looked for is made small before, as no index is searched by a function of another row beside a wall.
WITH a AS MATERIALIZED (
    SELECT u.person, u.address, lower(u.address) AS small_address
    FROM unnest(%(people)s::uuid[], %(addresses)s::text[]) AS u (person, address))
SELECT a.person, a.address,
       ARRAY(SELECT DISTINCT COALESCE(b.holder_id, b.id) FROM chancela.contact k
             JOIN chancela.beneficiary b ON b.operator = %(operator)s AND b.id = k.beneficiary_id
             WHERE k.operator = %(operator)s AND k.small_address = a.small_address AND k.state NOT IN ('contested', 'retired')
               AND COALESCE(b.holder_id, b.id) <> (
                 SELECT COALESCE(own.holder_id, own.id) FROM chancela.beneficiary own
                 WHERE own.operator = %(operator)s AND own.id = a.person)),
       ARRAY(SELECT p.provider FROM chancela.provider_address p
             WHERE p.operator = %(operator)s AND p.small_address = a.small_address),
       (SELECT COALESCE(sum(s.count), 0)::int FROM chancela.contact k
        CROSS JOIN LATERAL (SELECT count(*) FROM chancela.delivery d
            WHERE d.operator = %(operator)s AND d.beneficiary_id = k.beneficiary_id AND d.contact_id = k.id
              AND d.planned_at > %(since)s AND d.planned_at < %(until)s) s
        WHERE k.operator = %(operator)s AND k.small_address = a.small_address)
FROM a

-- name: numbers
-- The messages to each address of people who read others' codes, whoever they were about.
SELECT k.id, sum(s.count)::int
FROM chancela.contact k
CROSS JOIN LATERAL (SELECT c.id, c.beneficiary_id FROM chancela.contact c
    WHERE c.operator = %(operator)s AND c.small_address = k.small_address LIMIT 64) o
CROSS JOIN LATERAL (
    SELECT count(*) FROM chancela.delivery d
    WHERE d.operator = %(operator)s AND d.beneficiary_id = o.beneficiary_id AND d.contact_id = o.id
      AND d.planned_at > %(since)s AND d.planned_at < %(until)s
    UNION ALL
    SELECT count(*) FROM chancela.delivery d
    WHERE d.operator = %(operator)s AND d.reader_id = o.beneficiary_id AND d.contact_id = o.id
      AND d.planned_at > %(since)s AND d.planned_at < %(until)s) s
WHERE k.operator = %(operator)s AND k.beneficiary_id = ANY(%(people)s)
GROUP BY k.id
HAVING sum(s.count) > 0

-- name: days
SELECT d.provider, d.guias, d.sends, d.wrong, d.wrong_at
FROM chancela.provider_day d
WHERE d.operator = %(operator)s AND d.provider = ANY(%(providers)s) AND d.day = %(today)s

-- name: providers
SELECT p.code, p.name, p.specialties, p.phones, p.emails, p.active
FROM chancela.provider p WHERE p.operator = %(operator)s AND p.code = ANY(%(codes)s)

-- name: entries
SELECT p.code, p.name, p.dental FROM chancela.procedure p WHERE p.table_code = '22' AND p.code = ANY(%(codes)s)

-- name: answers
SELECT a.asker, a.key, a.digest, a.status, a.body
FROM chancela.answer a
WHERE a.operator = %(operator)s AND a.asker = ANY(%(askers)s::text[]) AND a.key = ANY(%(keys)s::text[])

-- name: put_answers
INSERT INTO chancela.answer (operator, asker, key, digest, status, body)
SELECT %(operator)s, n.asker, n.key, decode(n.digest, 'base64'), n.status, decode(n.body, 'base64')
FROM json_to_recordset(%(rows)s::json) AS n (asker text, key text, digest text, status int, body text)
