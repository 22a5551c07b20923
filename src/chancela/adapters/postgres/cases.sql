-- A case is read as one JSON text whose names are the domain's, so that a set is decoded at once.
-- {case} and {last} stand for the parts of that name below.

-- name: _facts
(SELECT to_json(r) FROM (SELECT g.operator, g.id, g.number, g.kind, g.beneficiary_id, g.card_number, g.provider, g.created_at,
        g.valid_until, g.procedures, g.authorisation, g.attendance, g.provider_number, g.requester, g.notes,
        g.cancelled_why, COALESCE(l.generation, g.generation) AS generation, g.wrong_tries,
        CASE WHEN l.guia_id IS NULL THEN g.last_end END AS last_end, g.urgent, g.plan, g.sessions) r) AS guia,
    CASE WHEN l.guia_id IS NOT NULL THEN (SELECT to_json(r) FROM (
        SELECT l.guia_id, l.generation, l.issued_at, l.expires_at, l.wrong_tries) r)
    ELSE (SELECT to_json(r) FROM (
        SELECT t.guia_id, t.generation, t.issued_at, t.expires_at, t.wrong_tries, t.ended_at, t."end"
        FROM chancela.token t
        WHERE g.generation > 0 AND t.operator = %(operator)s AND t.guia_id = g.id AND t.generation = g.generation
          AND t.ended_at >= g.created_at AND t.ended_at < %(until)s
        LIMIT 1) r) END AS token,
    CASE WHEN COALESCE(l.generation, g.generation) > 0 THEN (SELECT json_agg(r ORDER BY r.planned_at, r.id) FROM (
        SELECT d.id, d.guia_id, d.beneficiary_id, d.generation, d.channel, d.masked AS "to", d.planned_at, d.changed_at,
               d.contact_id, d.state, d.purpose, d.rung, d.reader_id
        FROM chancela.delivery d
        WHERE d.operator = %(operator)s AND d.beneficiary_id = g.beneficiary_id AND d.guia_id = g.id
          AND d.planned_at >= COALESCE(l.issued_at, g.created_at) AND d.planned_at < %(until)s
          AND d.generation = COALESCE(l.generation, g.generation)) r) END AS deliveries,
    (SELECT to_json(r) FROM (
        SELECT v.guia_id, v.validated_at AS at, v.validation_window AS "window", v.method, v.code, v.generation,
               v.validated_by AS by, v.event_seq, v.visit_date, v.taken_at
        FROM chancela.validation v WHERE v.operator = %(operator)s AND v.guia_id = g.id
        LIMIT 1) r) AS validation,
    CASE WHEN l.guia_id IS NOT NULL THEN json_build_object('rung', l.rung, 'at', l.climb_at) END AS climb,
    (SELECT to_json(r) FROM (
        SELECT p.guia_id, p.beneficiary_id, p.provider, p.way, p.protocol, p.generation, p.opened_at, p.outcome,
               p.closed_at, p.closed_by, p.was, p.due_date, p.side, p.side_at, p.text, p.sessions,
               p.former
        FROM chancela.report p WHERE p.operator = %(operator)s AND p.guia_id = g.id
        LIMIT 1) r) AS report,
    CASE WHEN g.attendance IN ('without_token', 'disputed') OR g.sessions > 1 THEN (SELECT to_json(r) FROM (
        SELECT a.guia_id, a.reason, a.tiss, a.protocol, a.at, a.by, a.detail, a.call_protocol, a.second_person, a.taken_at,
               a.outage_id, a.owes, a.owes_until, a.missed, a.lead, a.review, a.review_text, a.reviewed_at, a.reviewed_by
        FROM chancela.absence a WHERE a.operator = %(operator)s AND a.guia_id = g.id
        LIMIT 1) r) END AS absence,
    CASE WHEN g.attendance = 'late_pending' THEN (SELECT to_json(r) FROM (
        SELECT w.guia_id, w.visit_date, w.due_date, w.remind_date, w.asked_at, w.asked_by, w.reminded_at
        FROM chancela.late_visit w WHERE w.operator = %(operator)s AND w.guia_id = g.id
        LIMIT 1) r) END AS late,
    CASE WHEN g.sessions > 1 THEN (SELECT json_agg(r ORDER BY r.place) FROM (
        SELECT s.guia_id, s.place, s.at, s.by, s.generation, s.method, s.session_window AS "window", s.upon, s.device_id,
               s.device_day, s.reason, s.tiss, s.protocol, s.detail, s.call_protocol, s.second_person, s.taken_at, s.outage_id,
               s.owes, s.lead, s.review, s.closed_why, s.outcome, s.judged_at, s.ruling, s.event_seq
        FROM chancela.guia_session s WHERE s.operator = %(operator)s AND s.guia_id = g.id) r) END AS sessions

-- name: _secret
CASE WHEN l.guia_id IS NOT NULL THEN (SELECT to_json(r) FROM (
        SELECT encode(l.digest, 'base64') AS digest, encode(l.sealed, 'base64') AS sealed, l.key_date) r) END AS secret

-- name: _held
FROM chancela.guia g
    LEFT JOIN LATERAL (
        SELECT * FROM chancela.live_token t WHERE t.operator = %(operator)s AND t.guia_id = g.id LIMIT 1) l ON true
    WHERE g.operator = %(operator)s AND g.id = ANY(%(ids)s::uuid[])
    ORDER BY g.id

-- name: _day
(SELECT to_json(r) FROM (
        SELECT d.guias, d.sends, d.wrong, d.wrong_at FROM chancela.provider_day d
        WHERE d.operator = %(operator)s AND d.provider = g.provider AND d.day = %(today)s) r) AS day

-- name: read
SELECT COALESCE(json_agg(c), '[]')::text FROM (
    SELECT {_facts}
    {_held}) c

-- name: hold
-- A statement sees the database as it was when the statement began, also where it then waited for a lock: one that held
-- and read at once would judge a code which the transaction it waited for had just ended. So guias are held first and
-- read by the next statement, and the time is taken with what is read, never before it.
SELECT count(*) FROM (
    SELECT FROM chancela.guia g WHERE g.operator = %(operator)s AND g.id = ANY(%(ids)s::uuid[]) ORDER BY g.id FOR UPDATE) h

-- name: load
SELECT COALESCE(json_agg(c), '[]')::text, clock_timestamp() FROM (
    SELECT {_facts},
    {_secret}
    {_held}) c

-- name: load_to_judge
SELECT COALESCE(json_agg(c), '[]')::text, clock_timestamp(), (SELECT to_json(f) FROM (
    SELECT COALESCE(sum(h.judged) FILTER (WHERE h.hour >= %(hour)s), 0) AS judged,
           COALESCE(sum(h.wrong) FILTER (WHERE h.hour >= %(hour)s), 0) AS wrong,
           COALESCE(sum(h.judged) FILTER (WHERE h.hour < %(hour)s), 0) AS usual_judged,
           COALESCE(sum(h.wrong) FILTER (WHERE h.hour < %(hour)s), 0) AS usual_wrong
    FROM chancela.fleet_hour h
    WHERE h.operator = %(operator)s AND h.hour >= %(hour)s::timestamptz - interval '7 days') f)::text
FROM (
    SELECT {_facts},
    {_secret},
    {_day}
    {_held}) c

-- name: load_to_send
SELECT COALESCE(json_agg(c), '[]')::text, clock_timestamp() FROM (
    SELECT {_facts},
    {_secret},
    {_day},
    (SELECT to_json(b) FROM chancela.beneficiary b
        WHERE b.operator = %(operator)s AND b.id = g.beneficiary_id) AS beneficiary,
    (SELECT json_agg(k) FROM chancela.contact k
        WHERE k.operator = %(operator)s AND k.beneficiary_id = g.beneficiary_id) AS contacts,
    EXISTS (SELECT FROM chancela.tie t
        WHERE t.operator = %(operator)s AND t.of_id = g.beneficiary_id AND t.ended_at IS NULL) AS tied,
    (SELECT to_json(p) FROM chancela.provider p WHERE p.operator = %(operator)s AND p.code = g.provider) AS network,
    (SELECT json_object_agg(s.guia_id, s.count) FROM (
        SELECT d.guia_id, count(*) FROM chancela.delivery d
        WHERE d.operator = %(operator)s AND d.beneficiary_id = g.beneficiary_id
          AND d.planned_at > %(since)s AND d.planned_at < %(until)s
        GROUP BY d.guia_id) s) AS sends,
    (SELECT json_object_agg(n.id, n.count) FROM (
        SELECT k.id, sum(s.count) AS count FROM chancela.contact k
        CROSS JOIN LATERAL (SELECT c.id, c.beneficiary_id FROM chancela.contact c
            WHERE c.operator = %(operator)s AND c.small_address = k.small_address LIMIT 64) o -- a number that thousands have costs no more
        CROSS JOIN LATERAL (SELECT count(*) FROM chancela.delivery d
            WHERE d.operator = %(operator)s AND d.beneficiary_id = o.beneficiary_id
              AND d.contact_id = o.id AND d.planned_at > %(since)s AND d.planned_at < %(until)s) s -- each apart, lest everybody's be walked
        WHERE k.operator = %(operator)s AND k.beneficiary_id = g.beneficiary_id
        GROUP BY k.id
        HAVING sum(s.count) > 0) n) AS numbers,
    (SELECT json_object_agg(p.provider, p.count) FROM (
        SELECT t.provider, count(*) FROM chancela.report t
        WHERE t.operator = %(operator)s AND t.beneficiary_id = g.beneficiary_id
          AND t.opened_at > %(week)s AND t.outcome IS DISTINCT FROM 'mistaken'
        GROUP BY t.provider) p) AS reports
    {_held}) c

-- name: numbers
INSERT INTO chancela.guia_number AS n (operator, year, last)
VALUES (%(operator)s, %(year)s, %(count)s)
ON CONFLICT ON CONSTRAINT an_operator_counts_guias_once_a_year DO UPDATE SET last = n.last + EXCLUDED.last
RETURNING n.last

-- name: presented
SELECT g.provider, g.provider_number
FROM chancela.guia g
JOIN unnest(%(providers)s::text[], %(numbers)s::text[]) AS asked (provider, number)
  ON g.provider = asked.provider AND g.provider_number = asked.number
WHERE g.operator = %(operator)s

-- name: past
SELECT g.beneficiary_id, p ->> 'code', p ->> 'tooth', p ->> 'region',
       (g.created_at AT TIME ZONE 'America/Sao_Paulo')::date
FROM chancela.guia g, jsonb_array_elements(g.procedures) AS p
WHERE g.operator = %(operator)s AND g.beneficiary_id = ANY(%(people)s)
  AND g.created_at >= %(since)s::date::timestamp AT TIME ZONE 'America/Sao_Paulo'
  AND g.authorisation <> 'cancelled' AND p ->> 'authorisation' = 'authorised'

-- name: stale
SELECT l.guia_id FROM chancela.live_token l
WHERE l.operator = %(operator)s AND l.expires_at <= clock_timestamp()
LIMIT %(limit)s

-- name: climbing
SELECT l.guia_id FROM chancela.live_token l
WHERE l.operator = %(operator)s AND l.climb_at <= now() -- an index is searched by what stays the same in a statement
ORDER BY l.climb_at
LIMIT %(limit)s

-- name: untold
-- What another worker is about to tell is left to it.
SELECT u.guia_id, u.without_code FROM chancela.untold u
WHERE u.operator = %(operator)s
ORDER BY u.since
LIMIT %(limit)s
FOR UPDATE SKIP LOCKED

-- name: owing
SELECT a.guia_id FROM chancela.absence a
WHERE a.operator = %(operator)s AND a.owes_until < %(today)s
ORDER BY a.owes_until
LIMIT %(limit)s

-- name: late_over
SELECT w.guia_id FROM chancela.late_visit w
WHERE w.operator = %(operator)s AND w.due_date < %(today)s
ORDER BY w.due_date
LIMIT %(limit)s

-- name: late_to_remind
SELECT w.guia_id FROM chancela.late_visit w
WHERE w.operator = %(operator)s AND w.remind_date <= %(today)s AND w.reminded_at IS NULL
ORDER BY w.remind_date
LIMIT %(limit)s

-- name: protocols
INSERT INTO chancela.protocol_number AS n (operator, day, last)
VALUES (%(operator)s, %(today)s, %(count)s)
ON CONFLICT ON CONSTRAINT an_operator_counts_protocols_once_a_day DO UPDATE SET last = n.last + EXCLUDED.last
RETURNING n.last

-- name: holding
SELECT k.id, k.guia_id FROM chancela.contact k
WHERE k.operator = %(operator)s AND k.id = ANY(%(ids)s::uuid[]) AND k.guia_id IS NOT NULL

-- name: insert_guias
-- The trail's head is held by now: whoever was merged while the guia was judged has its survivor here already.
INSERT INTO chancela.guia (operator, id, number, provider_number, kind, beneficiary_id, card_number, provider, created_at,
                           valid_until, procedures, authorisation, attendance, requester, notes, urgent, plan, sessions)
SELECT %(operator)s, n.id, n.number, n.provider_number, n.kind, COALESCE(b.merged_into, n.beneficiary_id), n.card_number, n.provider, n.created_at,
       n.valid_until, n.procedures, n.authorisation, n.attendance, n.requester, n.notes, n.urgent, n.plan, n.sessions
FROM json_to_recordset(%(rows)s::json)
     AS n (id uuid, number text, provider_number text, kind text, beneficiary_id uuid, card_number text, provider text,
           created_at timestamptz, valid_until date, procedures jsonb, authorisation text, attendance text, requester text,
           notes text, urgent boolean, plan text, sessions int)
LEFT JOIN chancela.beneficiary b ON b.operator = %(operator)s AND b.id = n.beneficiary_id

-- name: update_guias
UPDATE chancela.guia g
SET authorisation = n.authorisation, attendance = n.attendance, generation = n.generation, wrong_tries = n.wrong_tries,
    last_end = n.last_end, cancelled_why = n.cancelled_why, procedures = n.procedures, sessions = n.sessions
FROM json_to_recordset(%(rows)s::json)
     AS n (id uuid, authorisation text, attendance text, generation int, wrong_tries int, last_end text, cancelled_why text,
           procedures jsonb, sessions int)
WHERE g.operator = %(operator)s AND g.id = n.id

-- name: insert_sessions
-- No conflict is passed over: whoever comes second to a session's place does not confirm it.
INSERT INTO chancela.guia_session (operator, guia_id, place, at, by, generation, method, session_window, upon, device_id, device_day,
                                   reason, tiss, protocol, detail, call_protocol, second_person, taken_at, outage_id, owes, lead,
                                   review, closed_why, event_seq)
SELECT %(operator)s, n.*
FROM json_to_recordset(%(rows)s::json)
     AS n (guia_id uuid, place int, at timestamptz, by text, generation int, method text, "window" text, upon int, device_id uuid,
           device_day date, reason text, tiss text, protocol text, detail text, call_protocol text, second_person text,
           taken_at timestamptz, outage_id uuid, owes text[], lead text, review text, closed_why text, event_seq bigint)

-- name: change_sessions
-- What was decided of a session stays.
UPDATE chancela.guia_session s
SET closed_why = n.closed_why, outcome = n.outcome, judged_at = n.judged_at, ruling = n.ruling
FROM json_to_recordset(%(rows)s::json)
     AS n (guia_id uuid, place int, closed_why text, outcome text, judged_at timestamptz, ruling text)
WHERE s.operator = %(operator)s AND s.guia_id = n.guia_id AND s.place = n.place AND s.outcome IS NULL

-- name: prove_sessions
UPDATE chancela.guia_session s SET outage_id = n.outage_id, owes = n.owes, review = n.review
FROM json_to_recordset(%(rows)s::json) AS n (guia_id uuid, place int, outage_id uuid, owes text[], review text)
WHERE s.operator = %(operator)s AND s.guia_id = n.guia_id AND s.place = n.place AND s.outage_id IS NULL

-- name: put_absences
INSERT INTO chancela.absence AS a (operator, guia_id, provider, reason, tiss, protocol, at, by, detail, call_protocol, second_person,
                                   taken_at, outage_id, owes, owes_until, missed, lead, review, review_text, reviewed_at, reviewed_by)
SELECT %(operator)s, n.guia_id, n.provider, n.reason, n.tiss, n.protocol, n.at, n.by, n.detail, n.call_protocol, n.second_person,
       n.taken_at, n.outage_id, n.owes, n.owes_until, n.missed, n.lead, n.review, n.review_text, n.reviewed_at, n.reviewed_by
FROM json_to_recordset(%(rows)s::json)
     AS n (guia_id uuid, provider text, reason text, tiss text, protocol text, at timestamptz, by text, detail text,
           call_protocol text, second_person text, taken_at timestamptz, outage_id uuid, owes text[], owes_until date, missed text[], lead text,
           review text, review_text text, reviewed_at timestamptz, reviewed_by text)
ON CONFLICT ON CONSTRAINT a_guia_goes_on_without_a_code_once DO UPDATE SET
    call_protocol = EXCLUDED.call_protocol, outage_id = EXCLUDED.outage_id, owes = EXCLUDED.owes, owes_until = EXCLUDED.owes_until, missed = EXCLUDED.missed,
    review = EXCLUDED.review, review_text = EXCLUDED.review_text, reviewed_at = EXCLUDED.reviewed_at, reviewed_by = EXCLUDED.reviewed_by

-- name: put_late_visits
INSERT INTO chancela.late_visit AS w (operator, guia_id, provider, visit_date, due_date, remind_date, asked_at, asked_by, reminded_at)
SELECT %(operator)s, n.*
FROM json_to_recordset(%(rows)s::json)
     AS n (guia_id uuid, provider text, visit_date date, due_date date, remind_date date, asked_at timestamptz, asked_by text,
           reminded_at timestamptz)
ON CONFLICT ON CONSTRAINT a_guia_waits_for_one_late_code DO UPDATE SET reminded_at = EXCLUDED.reminded_at

-- name: drop_late_visits
DELETE FROM chancela.late_visit w
USING json_to_recordset(%(rows)s::json) AS n (guia_id uuid)
WHERE w.operator = %(operator)s AND w.guia_id = n.guia_id

-- name: put_live_tokens
INSERT INTO chancela.live_token AS l (operator, guia_id, generation, issued_at, expires_at, wrong_tries, digest, sealed, key_date,
                                      rung, climb_at)
SELECT %(operator)s, n.guia_id, n.generation, n.issued_at, n.expires_at, n.wrong_tries,
       decode(n.digest, 'base64'), decode(n.sealed, 'base64'), n.key_date, n.rung, n.climb_at
FROM json_to_recordset(%(rows)s::json)
     AS n (guia_id uuid, generation int, issued_at timestamptz, expires_at timestamptz, wrong_tries int, digest text,
           sealed text, key_date date, rung int, climb_at timestamptz)
ON CONFLICT ON CONSTRAINT one_live_token_per_guia DO UPDATE
SET generation = EXCLUDED.generation, issued_at = EXCLUDED.issued_at, expires_at = EXCLUDED.expires_at,
    wrong_tries = EXCLUDED.wrong_tries, digest = EXCLUDED.digest, sealed = EXCLUDED.sealed, key_date = EXCLUDED.key_date,
    rung = CASE WHEN l.generation = EXCLUDED.generation THEN l.rung ELSE EXCLUDED.rung END,
    climb_at = CASE WHEN l.generation = EXCLUDED.generation THEN l.climb_at ELSE EXCLUDED.climb_at END

-- name: set_climbs
UPDATE chancela.live_token l SET rung = n.rung, climb_at = n.at
FROM json_to_recordset(%(rows)s::json) AS n (guia_id uuid, rung int, at timestamptz)
WHERE l.operator = %(operator)s AND l.guia_id = n.guia_id

-- name: drop_live_tokens
DELETE FROM chancela.live_token l
USING json_to_recordset(%(rows)s::json) AS n (guia_id uuid)
WHERE l.operator = %(operator)s AND l.guia_id = n.guia_id

-- name: insert_ended
INSERT INTO chancela.token (operator, guia_id, generation, issued_at, expires_at, wrong_tries, ended_at, "end")
SELECT %(operator)s, n.*
FROM json_to_recordset(%(rows)s::json)
     AS n (guia_id uuid, generation int, issued_at timestamptz, expires_at timestamptz, wrong_tries int, ended_at timestamptz,
           "end" text)

-- name: insert_validations
INSERT INTO chancela.validation (operator, guia_id, validated_at, validation_window, method, code, generation, validated_by, event_seq,
                                 visit_date, taken_at)
SELECT %(operator)s, n.*
FROM json_to_recordset(%(rows)s::json)
     AS n (guia_id uuid, at timestamptz, "window" text, method text, code text, generation int, by text, event_seq bigint,
           visit_date date, taken_at timestamptz)

-- name: insert_untold
-- A second validation is refused under its own name, not under this one.
INSERT INTO chancela.untold (operator, guia_id, without_code)
SELECT %(operator)s, n.guia_id, n.without_code
FROM json_to_recordset(%(rows)s::json) AS n (guia_id uuid, without_code boolean)
ON CONFLICT ON CONSTRAINT an_attendance_is_told_once DO NOTHING

-- name: drop_untold
DELETE FROM chancela.untold u
USING json_to_recordset(%(rows)s::json) AS n (guia_id uuid, without_code boolean)
WHERE u.operator = %(operator)s AND u.guia_id = n.guia_id AND u.without_code = n.without_code

-- name: insert_deliveries
INSERT INTO chancela.delivery (operator, id, guia_id, beneficiary_id, generation, channel, contact_id, masked, planned_at,
                               changed_at, due_at, purpose, rung, reader_id)
SELECT %(operator)s, n.id, n.guia_id, n.beneficiary_id, n.generation, n.channel, n.contact_id, n."to", n.planned_at,
       n.planned_at, n.planned_at, n.purpose, n.rung, n.reader_id
FROM json_to_recordset(%(rows)s::json)
     AS n (id uuid, guia_id uuid, beneficiary_id uuid, generation int, channel text, contact_id uuid, "to" text,
           planned_at timestamptz, purpose text, rung int, reader_id uuid)

-- name: put_contacts
INSERT INTO chancela.contact AS c (operator, id, beneficiary_id, kind, address, state, typed_by, guia_id)
SELECT %(operator)s, n.*
FROM json_to_recordset(%(rows)s::json)
     AS n (id uuid, beneficiary_id uuid, kind text, address text, state text, typed_by text, guia_id uuid)
ON CONFLICT ON CONSTRAINT an_address_stands_once_for_a_person DO UPDATE
SET state = EXCLUDED.state, typed_by = EXCLUDED.typed_by, guia_id = EXCLUDED.guia_id
WHERE c.state IN ('provisional', 'in_review')

-- name: put_reports
-- What was closed stays so; but a mistake may be told of again for a later code, an attendance recorded since be disputed,
-- and sessions be disowned of which nothing was decided yet.
INSERT INTO chancela.report AS r (operator, guia_id, beneficiary_id, provider, way, protocol, generation, opened_at,
                                  outcome, closed_at, closed_by, was, due_date, side, side_at, text, sessions,
                                  former)
SELECT %(operator)s, n.*
FROM json_to_recordset(%(rows)s::json)
     AS n (guia_id uuid, beneficiary_id uuid, provider text, way text, protocol text, generation int, opened_at timestamptz,
           outcome text, closed_at timestamptz, closed_by text, was text, due_date date, side text, side_at timestamptz, text text,
           sessions int[], former jsonb)
ON CONFLICT ON CONSTRAINT a_guia_is_reported_once DO UPDATE
SET way = EXCLUDED.way, generation = EXCLUDED.generation, opened_at = EXCLUDED.opened_at,
    outcome = EXCLUDED.outcome, closed_at = EXCLUDED.closed_at, closed_by = EXCLUDED.closed_by, was = EXCLUDED.was,
    due_date = EXCLUDED.due_date, side = EXCLUDED.side, side_at = EXCLUDED.side_at, text = EXCLUDED.text,
    sessions = EXCLUDED.sessions, former = EXCLUDED.former
WHERE r.closed_at IS NULL OR (r.outcome = 'mistaken' AND r.generation < EXCLUDED.generation)
   OR (r.was IS NULL AND EXCLUDED.was IS NOT NULL)
   OR (EXCLUDED.closed_at IS NULL AND r.sessions <> '{}' AND EXCLUDED.sessions <> '{}' AND NOT r.sessions && EXCLUDED.sessions)

-- name: prefer
UPDATE chancela.beneficiary b SET preferred_channel = n.channel
FROM json_to_recordset(%(rows)s::json) AS n (id uuid, channel text)
WHERE b.operator = %(operator)s AND b.id = n.id

-- name: lock_head
SELECT h.seq, h.hash, h.mac FROM chancela.trail_head h WHERE h.operator = %(operator)s FOR UPDATE

-- name: start_head
INSERT INTO chancela.trail_head (operator, seq, hash, mac) VALUES (%(operator)s, 0, %(hash)s, %(mac)s)
ON CONFLICT ON CONSTRAINT a_trail_has_one_head DO NOTHING

-- name: move_head
UPDATE chancela.trail_head h SET seq = n.seq, hash = decode(n.hash, 'base64'), mac = decode(n.mac, 'base64')
FROM json_to_recordset(%(rows)s::json) AS n (seq bigint, hash text, mac text)
WHERE h.operator = %(operator)s

-- name: insert_events
INSERT INTO chancela.trail (operator, seq, at, kind, subject, actor, data, hash)
SELECT %(operator)s, n.seq, n.at, n.kind, n.subject, n.actor, n.data, decode(n.hash, 'base64')
FROM json_to_recordset(%(rows)s::json)
     AS n (seq bigint, at timestamptz, kind text, subject uuid, actor text, data text, hash text)

-- name: count_days
INSERT INTO chancela.provider_day AS p (operator, provider, day, guias, sends, wrong, wrong_at)
SELECT %(operator)s, n.provider, n.day, n.guias, n.sends, n.wrong, n.wrong_at
FROM json_to_recordset(%(rows)s::json)
     AS n (provider text, day date, guias int, sends int, wrong int, wrong_at timestamptz)
ORDER BY n.provider
ON CONFLICT ON CONSTRAINT a_provider_has_one_count_a_day DO UPDATE
SET guias = p.guias + EXCLUDED.guias, sends = p.sends + EXCLUDED.sends, wrong = p.wrong + EXCLUDED.wrong,
    wrong_at = COALESCE(EXCLUDED.wrong_at, p.wrong_at)

-- name: count_fleet
INSERT INTO chancela.fleet_hour AS f (operator, hour, judged, wrong)
SELECT %(operator)s, date_trunc('hour', n.now), n.judged, n.wrong
FROM json_to_recordset(%(rows)s::json) AS n (now timestamptz, judged int, wrong int)
ON CONFLICT ON CONSTRAINT an_operator_has_one_count_an_hour DO UPDATE
SET judged = f.judged + EXCLUDED.judged, wrong = f.wrong + EXCLUDED.wrong
