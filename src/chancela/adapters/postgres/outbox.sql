-- name: claim
-- The n-th row that is found gets the n-th carrier or, where that one made its last attempt, the n-th other one.
WITH due AS (
    SELECT d.id, d.planned_at
    FROM chancela.delivery d
    WHERE d.operator = %(operator)s AND d.channel = %(channel)s AND d.state IN ('queued', 'sending')
      AND d.due_at <= now() AND d.planned_at > now() - interval '40 days'
    ORDER BY d.due_at
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
), numbered AS (
    SELECT due.id, due.planned_at, row_number() OVER () AS n FROM due
), claimed AS (
    UPDATE chancela.delivery d
    SET state = 'sending', attempts = d.attempts + 1, due_at = clock_timestamp() + %(lease)s::interval,
        carrier = CASE WHEN d.attempts > 0 AND d.carrier = (%(carriers)s::text[])[u.n]
                       THEN (%(others)s::text[])[u.n] ELSE (%(carriers)s::text[])[u.n] END
    FROM numbered u
    WHERE d.operator = %(operator)s AND d.id = u.id AND d.planned_at = u.planned_at
    RETURNING d.id, d.planned_at, d.guia_id, d.beneficiary_id, d.generation, d.channel, d.contact_id, d.masked, d.attempts,
              d.carrier, d.purpose, u.n, COALESCE(d.reader_id, d.beneficiary_id) AS reader_id, d.reader_id AS other_id
)
SELECT g.id, g.number, g.kind, g.beneficiary_id, g.card_number, g.provider, g.created_at, g.valid_until,
       g.procedures::text, g.authorisation, g.attendance, g.provider_number, g.requester, g.notes, g.cancelled_why,
       COALESCE(l.generation, g.generation), g.wrong_tries, CASE WHEN l.guia_id IS NULL THEN g.last_end END,
       c.id, c.planned_at, c.generation, c.channel, c.masked, c.attempts,
       l.generation, l.issued_at, l.expires_at, l.wrong_tries, l.digest, l.sealed, l.key_date,
       k.id, k.beneficiary_id, k.kind, k.address, k.state, k.typed_by, k.guia_id, k.created_at,
       clock_timestamp(), c.carrier, c.purpose, b.language, CASE WHEN c.channel = 'app' THEN ARRAY(
           SELECT ARRAY[s.endpoint, s.p256dh, s.auth] FROM chancela.push_subscription s
           WHERE s.operator = %(operator)s AND s.beneficiary_id = c.reader_id ORDER BY s.id) END, c.n,
       b.card_number, i.id, i.beneficiary_id, i.contact_id, i.origin, i.digest, i.sealed, i.key_date, i.issued_at, i.expires_at,
       i.wrong_tries, i.ended_at,
       h.id, h.beneficiary_id, h.asked_by, h.contact_id, h.kind, h.address, h.digest, h.sealed, h.key_date, h.issued_at,
       h.expires_at, h.wrong_tries, h.ended_at,
       c.beneficiary_id, c.other_id, c.other_id IS NOT NULL OR b.private OR b.protected, g.plan,
       CASE WHEN g.attendance = 'late_pending' THEN (
           SELECT v.visit_date FROM chancela.late_visit v WHERE v.operator = %(operator)s AND v.guia_id = g.id LIMIT 1) END
FROM claimed c
JOIN chancela.beneficiary b ON b.operator = %(operator)s AND b.id = c.reader_id
LEFT JOIN chancela.guia g ON g.operator = %(operator)s AND g.id = c.guia_id
LEFT JOIN LATERAL (
    SELECT * FROM chancela.sign_in s
    WHERE s.operator = %(operator)s AND s.id = c.guia_id AND c.purpose = 'sign_in' LIMIT 1) i ON true
LEFT JOIN LATERAL (
    SELECT * FROM chancela.contact_change s
    WHERE s.operator = %(operator)s AND s.id = c.guia_id AND c.purpose = 'contact_code' LIMIT 1) h ON true
LEFT JOIN LATERAL (
    SELECT * FROM chancela.live_token t WHERE t.operator = %(operator)s AND t.guia_id = c.guia_id LIMIT 1) l ON true
LEFT JOIN chancela.contact k ON k.operator = %(operator)s AND k.id = c.contact_id AND k.beneficiary_id = c.reader_id

-- name: _stilled
-- A ladder whose code arrived needs no look; a row that a deed holds is left to the ladder itself, so that nobody waits
-- for anybody in a circle.
stilled AS (
    UPDATE chancela.live_token l
    SET climb_at = NULL
    WHERE l.operator = %(operator)s AND l.guia_id = ANY(ARRAY(
        SELECT t.guia_id
        FROM moved m, LATERAL (
            SELECT * FROM chancela.live_token n WHERE n.operator = %(operator)s AND n.guia_id = m.guia_id
            LIMIT 1 FOR UPDATE SKIP LOCKED) t
        WHERE m.state = 'delivered' AND m.purpose = 'code' AND t.generation = m.generation AND t.climb_at IS NOT NULL))
)

-- name: _hooked
-- A code that a carrier could not bring is told to the systems that asked for it (adapters/postgres/webhooks.sql).
hooked AS (
    INSERT INTO chancela.webhook_event (operator, id, webhook_id, kind, guia_id, at, due_at)
    SELECT %(operator)s, gen_random_uuid(), w.id, 'delivery.failed', g.id, clock_timestamp(), clock_timestamp()
    FROM moved m
    JOIN chancela.webhook w ON w.operator = %(operator)s AND w.ended_at IS NULL AND 'delivery.failed' = ANY(w.kinds)
    JOIN chancela.guia g ON g.operator = %(operator)s AND g.id = m.guia_id AND (w.provider IS NULL OR w.provider = g.provider)
    WHERE m.state = 'failed' AND m.was <> 'failed' AND m.purpose = 'code'
)

-- name: _counted
-- Each message counts once, on the day (in Brazil) of its hand-over; a failure that was told before it arrived is taken back.
counted AS (
    INSERT INTO chancela.carrier_day AS c (operator, carrier, day, sent, delivered, failed, spent_millis)
    SELECT %(operator)s, m.carrier, (COALESCE(m.handed_over_at, m.changed_at) AT TIME ZONE 'America/Sao_Paulo')::date,
           count(*) FILTER (WHERE m.taken), count(*) FILTER (WHERE m.state = 'delivered' AND m.was <> 'delivered'),
           count(*) FILTER (WHERE m.state = 'failed' AND m.was <> 'failed')
             - count(*) FILTER (WHERE m.was = 'failed' AND m.state <> 'failed'),
           COALESCE(sum(m.cost_millis) FILTER (WHERE m.taken), 0)
    FROM moved m
    WHERE m.counts
    GROUP BY 2, 3
    ORDER BY 2, 3
    ON CONFLICT ON CONSTRAINT a_carrier_has_one_count_a_day DO UPDATE
    SET sent = c.sent + EXCLUDED.sent, delivered = c.delivered + EXCLUDED.delivered,
        failed = GREATEST(0, c.failed + EXCLUDED.failed), spent_millis = c.spent_millis + EXCLUDED.spent_millis
    RETURNING c.carrier, c.day, c.spent_millis
)

-- name: _told
-- Guias of which a message moved; those of them that lost one while their ladder still goes on.
SELECT ARRAY(SELECT DISTINCT m.guia_id FROM moved m WHERE m.state <> m.was),
       ARRAY(SELECT DISTINCT m.guia_id
             FROM moved m, LATERAL (
                 SELECT * FROM chancela.live_token n WHERE n.operator = %(operator)s AND n.guia_id = m.guia_id LIMIT 1) t
             WHERE m.state = 'failed' AND m.was <> 'failed' AND m.purpose = 'code' AND t.generation = m.generation
               AND t.climb_at IS NOT NULL)

-- name: settle
WITH held AS (
    SELECT d.id, d.planned_at, d.state AS was, d.handed_over_at IS NULL AS untaken, n.state, n.carrier, n.carrier_id,
           n.cost_millis, n.failure,
           array_position(ARRAY['queued', 'sending', 'handed_over', 'failed', 'delivered'], n.state)
             > array_position(ARRAY['queued', 'sending', 'handed_over', 'failed', 'delivered'], d.state)
             AND (n.state <> 'failed' OR d.attempts = n.attempt) AS forward
    FROM json_to_recordset(%(rows)s::json)
         AS n (id uuid, planned_at timestamptz, attempt int, state text, carrier text, carrier_id text, cost_millis int,
               failure text)
    JOIN chancela.delivery d ON d.operator = %(operator)s AND d.id = n.id AND d.planned_at = n.planned_at
    ORDER BY d.id
    FOR UPDATE OF d
), moved AS (
    UPDATE chancela.delivery d
    SET state = CASE WHEN h.forward THEN h.state ELSE d.state END,
        changed_at = CASE WHEN h.forward THEN tick.at ELSE d.changed_at END,
        carrier = COALESCE(h.carrier, d.carrier), carrier_id = COALESCE(h.carrier_id, d.carrier_id), failure = h.failure,
        handed_over_at = CASE WHEN h.state <> 'failed' AND h.untaken THEN tick.at ELSE d.handed_over_at END,
        cost_millis = CASE WHEN h.state <> 'failed' AND h.untaken THEN h.cost_millis ELSE d.cost_millis END
    FROM held h, (SELECT clock_timestamp() AS at) tick -- one look at the clock for both
    WHERE d.operator = %(operator)s AND d.id = h.id AND d.planned_at = h.planned_at
      AND (h.forward OR (h.untaken AND h.was IN ('handed_over', 'delivered') AND h.state <> 'failed'))
    RETURNING d.guia_id, d.generation, d.purpose, d.state, d.carrier, d.handed_over_at, d.changed_at, d.cost_millis, h.was,
              h.untaken AND h.state <> 'failed' AS taken, h.carrier IS NOT NULL AS counts
), {_stilled}, {_hooked}, {_counted}
{_told},
       (SELECT json_object_agg(c.carrier, c.spent_millis) FROM counted c
             WHERE c.day = (clock_timestamp() AT TIME ZONE 'America/Sao_Paulo')::date)

-- name: put_off
UPDATE chancela.delivery d
SET due_at = clock_timestamp() + make_interval(secs => n.wait_s), failure = n.failure
FROM json_to_recordset(%(rows)s::json)
     AS n (id uuid, planned_at timestamptz, attempt int, wait_s double precision, failure text)
WHERE d.operator = %(operator)s AND d.id = n.id AND d.planned_at = n.planned_at
  AND d.state = 'sending' AND d.attempts = n.attempt

-- name: renew
UPDATE chancela.delivery d
SET due_at = clock_timestamp() + make_interval(secs => %(lease_s)s::double precision)
FROM json_to_recordset(%(rows)s::json) AS n (id uuid, planned_at timestamptz, attempt int)
WHERE d.operator = %(operator)s AND d.id = n.id AND d.planned_at = n.planned_at
  AND d.state = 'sending' AND d.attempts = n.attempt

-- name: give_up
WITH due AS (
    SELECT d.id, d.planned_at, d.state AS was
    FROM chancela.delivery d
    WHERE d.operator = %(operator)s AND d.channel = %(channel)s AND d.state IN ('queued', 'sending')
      AND d.due_at <= now() AND d.planned_at > now() - interval '40 days'
      AND d.planned_at <= now() - make_interval(secs => %(older_s)s::double precision)
    ORDER BY d.due_at
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
), moved AS (
    UPDATE chancela.delivery d
    SET state = 'failed', changed_at = clock_timestamp(), failure = %(failure)s
    FROM due
    WHERE d.operator = %(operator)s AND d.id = due.id AND d.planned_at = due.planned_at
    RETURNING d.guia_id, d.generation, d.purpose, d.state, due.was
), {_hooked}
{_told}, NULL

-- name: receive
-- A receipt that bears our id is about this delivery, whoever told it; one that says *failed* only where it is about the
-- very message that was handed over, as another attempt may yet arrive. What belongs to nothing (yet) is kept.
-- OFFSET 0 has each looked for by itself, whatever is known of the month: joined, all of its messages may be walked.
WITH told AS (
    SELECT * FROM json_to_recordset(%(rows)s::json)
        AS n (n int, delivery_id uuid, carrier_id text, state text, failure text)
), found AS (
    SELECT n.n, d.id, d.planned_at, n.state, n.failure
    FROM told n
    CROSS JOIN LATERAL (SELECT * FROM chancela.delivery d
        WHERE d.operator = %(operator)s AND d.id = n.delivery_id AND d.planned_at > now() - interval '40 days' OFFSET 0) d
    WHERE n.state <> 'failed' OR (d.carrier = %(carrier)s AND COALESCE(n.carrier_id = d.carrier_id, n.carrier_id IS NULL))
    UNION ALL
    SELECT n.n, d.id, d.planned_at, n.state, n.failure
    FROM told n
    CROSS JOIN LATERAL (SELECT * FROM chancela.delivery d
        WHERE d.operator = %(operator)s AND d.carrier_id = n.carrier_id AND d.carrier = %(carrier)s
          AND d.planned_at > now() - interval '40 days' OFFSET 0) d
), best AS (
    SELECT DISTINCT ON (f.id) f.id, f.planned_at, f.state, f.failure
    FROM found f
    ORDER BY f.id, array_position(ARRAY['queued', 'sending', 'handed_over', 'failed', 'delivered'], f.state) DESC
), early AS (
    INSERT INTO chancela.early_receipt (operator, carrier, carrier_id, state, failure)
    SELECT %(operator)s, %(carrier)s, n.carrier_id, n.state, n.failure
    FROM told n
    WHERE n.carrier_id IS NOT NULL AND NOT EXISTS (SELECT FROM found f WHERE f.n = n.n)
    ORDER BY n.carrier_id, n.state
    ON CONFLICT ON CONSTRAINT an_early_receipt_is_kept_once DO NOTHING
), {_received}, {_stilled}, {_hooked}, {_counted}
{_told}, NULL

-- name: _received
held AS (
    SELECT d.id, d.planned_at, d.state AS was, b.state, b.failure,
           array_position(ARRAY['queued', 'sending', 'handed_over', 'failed', 'delivered'], b.state)
             > array_position(ARRAY['queued', 'sending', 'handed_over', 'failed', 'delivered'], d.state) AS forward
    FROM best b
    JOIN chancela.delivery d ON d.operator = %(operator)s AND d.id = b.id AND d.planned_at = b.planned_at
    ORDER BY d.id
    FOR UPDATE OF d
), moved AS (
    UPDATE chancela.delivery d
    SET state = h.state, changed_at = clock_timestamp(), failure = CASE WHEN h.state = 'failed' THEN h.failure END
    FROM held h
    WHERE d.operator = %(operator)s AND d.id = h.id AND d.planned_at = h.planned_at AND h.forward
    RETURNING d.guia_id, d.generation, d.purpose, d.state, d.carrier, d.handed_over_at, d.changed_at, d.cost_millis, h.was,
              false AS taken, d.carrier IS NOT NULL AS counts
)

-- name: match_early
WITH met AS (
    SELECT e.carrier, e.carrier_id, e.state, e.failure, d.id, d.planned_at
    FROM chancela.early_receipt e
    CROSS JOIN LATERAL (SELECT * FROM chancela.delivery d
        WHERE d.operator = %(operator)s AND d.carrier_id = e.carrier_id AND d.carrier = e.carrier
          AND d.planned_at > now() - interval '40 days' OFFSET 0) d
    WHERE e.operator = %(operator)s
), gone AS (
    DELETE FROM chancela.early_receipt e
    USING met
    WHERE e.operator = %(operator)s AND e.carrier = met.carrier AND e.carrier_id = met.carrier_id AND e.state = met.state
), best AS (
    SELECT DISTINCT ON (m.id) m.id, m.planned_at, m.state, m.failure
    FROM met m
    ORDER BY m.id, array_position(ARRAY['queued', 'sending', 'handed_over', 'failed', 'delivered'], m.state) DESC
), {_received}, {_stilled}, {_hooked}, {_counted}
{_told}, NULL

-- name: forget_early
DELETE FROM chancela.early_receipt e
WHERE e.operator = %(operator)s AND e.received_at < clock_timestamp() - interval '3 days'
