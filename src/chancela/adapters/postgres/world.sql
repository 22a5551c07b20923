-- name: open
SELECT set_config('chancela.operator', %(operator)s, true), clock_timestamp(), o.name, o.profile, o.settings::text
FROM (SELECT 1) AS always
LEFT JOIN chancela.operator o ON o.ans = %(operator)s

-- name: people_by_card
SELECT b.id, b.card_number, b.name, b.relation, b.holder_id, b.birth_date, b.cpf, b.plan, b.standing, b.joined_date,
       b.ended_date, b.card_valid_until, b.covers_dental, b.covers_medical, b.has_app, b.preferred_channel
FROM chancela.beneficiary b WHERE b.operator = %(operator)s AND b.card_number = ANY(%(cards)s)

-- name: people_by_id
SELECT b.id, b.card_number, b.name, b.relation, b.holder_id, b.birth_date, b.cpf, b.plan, b.standing, b.joined_date,
       b.ended_date, b.card_valid_until, b.covers_dental, b.covers_medical, b.has_app, b.preferred_channel
FROM chancela.beneficiary b WHERE b.operator = %(operator)s AND b.id = ANY(%(ids)s)

-- name: contacts
SELECT c.id, c.beneficiary_id, c.kind, c.address, c.state, c.typed_by, c.guia_id, c.created_at
FROM chancela.contact c WHERE c.operator = %(operator)s AND c.beneficiary_id = ANY(%(people)s)

-- name: providers
SELECT p.code, p.name, p.specialties, p.phones, p.emails, p.active
FROM chancela.provider p WHERE p.operator = %(operator)s AND p.code = ANY(%(codes)s)

-- name: entries
SELECT p.code, p.name, p.dental FROM chancela.procedure p WHERE p.table_code = '22' AND p.code = ANY(%(codes)s)

-- name: days
SELECT d.provider, d.guias, d.sends, d.wrong, d.wrong_at
FROM chancela.provider_day d WHERE d.operator = %(operator)s AND d.provider = ANY(%(providers)s) AND d.day = %(day)s

-- name: fleet
SELECT COALESCE(sum(f.judged) FILTER (WHERE f.hour >= %(hour)s), 0), COALESCE(sum(f.wrong) FILTER (WHERE f.hour >= %(hour)s), 0),
       COALESCE(sum(f.judged) FILTER (WHERE f.hour < %(hour)s), 0), COALESCE(sum(f.wrong) FILTER (WHERE f.hour < %(hour)s), 0)
FROM chancela.fleet_hour f WHERE f.operator = %(operator)s AND f.hour >= %(hour)s::timestamptz - interval '7 days'

-- name: sends
SELECT d.beneficiary_id, d.guia_id, count(*)
FROM chancela.delivery d
WHERE d.operator = %(operator)s AND d.beneficiary_id = ANY(%(people)s) AND d.planned_at > %(since)s AND d.planned_at < %(until)s
GROUP BY d.beneficiary_id, d.guia_id

-- name: answers
SELECT a.asker, a.key, a.digest, a.status, a.body
FROM chancela.answer a
WHERE a.operator = %(operator)s AND a.asker = ANY(%(askers)s::text[]) AND a.key = ANY(%(keys)s::text[])
  AND a.answered_at > clock_timestamp() - interval '24 hours'

-- name: claim_keys
SELECT pg_try_advisory_xact_lock(hashtextextended(%(operator)s || ' ' || asked.asker || ' ' || asked.key, 7))
FROM unnest(%(askers)s::text[], %(keys)s::text[]) WITH ORDINALITY AS asked (asker, key, place)
ORDER BY asked.place

-- name: put_answers
INSERT INTO chancela.answer AS a (operator, asker, key, digest, status, body)
SELECT %(operator)s, n.* FROM unnest(%(askers)s::text[], %(keys)s::text[], %(digests)s::bytea[], %(statuses)s::int[],
       %(bodies)s::bytea[]) AS n
ON CONFLICT ON CONSTRAINT a_key_is_answered_once DO UPDATE
SET digest = EXCLUDED.digest, status = EXCLUDED.status, body = EXCLUDED.body, answered_at = now()
WHERE a.answered_at <= clock_timestamp() - interval '24 hours'

-- name: forget_answers
DELETE FROM chancela.answer a WHERE a.operator = %(operator)s AND a.answered_at < now() - interval '25 hours'
