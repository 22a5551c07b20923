-- name: look
-- Which channels have something due, whether a ladder's time has come, whether an attendance is to be told, whether receipts
-- wait, the mark of the carriers, and whether another system is to be told something.
SELECT ARRAY(SELECT c.channel FROM unnest(%(channels)s::text[]) AS c (channel)
             WHERE EXISTS (SELECT FROM chancela.delivery d
                           WHERE d.operator = %(operator)s AND d.channel = c.channel AND d.state IN ('queued', 'sending')
                             AND d.due_at <= now() AND d.planned_at > now() - interval '40 days')),
       EXISTS (SELECT FROM chancela.live_token l WHERE l.operator = %(operator)s AND l.climb_at <= now()),
       EXISTS (SELECT FROM chancela.untold u WHERE u.operator = %(operator)s)
         OR EXISTS (SELECT FROM chancela.untold_decision a WHERE a.operator = %(operator)s)
         OR EXISTS (SELECT FROM chancela.untold_dispute c WHERE c.operator = %(operator)s),
       EXISTS (SELECT FROM chancela.early_receipt e WHERE e.operator = %(operator)s),
       (SELECT max(c.changed_at) FROM chancela.carrier c WHERE c.operator = %(operator)s),
       EXISTS (SELECT FROM chancela.webhook_event e WHERE e.operator = %(operator)s AND e.state = 'waiting' AND e.due_at <= now())

-- name: queues
SELECT d.channel, count(*), EXTRACT(epoch FROM clock_timestamp() - min(d.planned_at))::double precision
FROM chancela.delivery d
WHERE d.operator = %(operator)s AND d.state IN ('queued', 'sending') AND d.due_at <= now()
  AND d.planned_at > now() - interval '40 days'
GROUP BY d.channel

-- name: spent
SELECT d.carrier, d.spent_millis FROM chancela.carrier_day d
WHERE d.operator = %(operator)s AND d.day = (clock_timestamp() AT TIME ZONE 'America/Sao_Paulo')::date

-- name: in_time
SELECT count(*)
FROM unnest(%(ids)s::uuid[], %(planned)s::timestamptz[]) AS a (id, planned_at)
JOIN chancela.delivery d ON d.operator = %(operator)s AND d.id = a.id AND d.planned_at = a.planned_at
WHERE d.state IN ('delivered', 'failed') AND d.changed_at <= d.handed_over_at + make_interval(secs => %(late_s)s::double precision)

-- name: stand
INSERT INTO chancela.carrier_state AS s (operator, carrier, state, reason)
SELECT %(operator)s, n.carrier, n.state, n.reason
FROM json_to_recordset(%(rows)s::json) AS n (carrier text, state text, reason text)
ORDER BY n.carrier
ON CONFLICT ON CONSTRAINT a_carrier_stands_in_one_way DO UPDATE
SET state = EXCLUDED.state, reason = EXCLUDED.reason, since = clock_timestamp()
WHERE s.state <> EXCLUDED.state
