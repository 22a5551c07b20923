-- name: _of_the_day
t.operator = %(operator)s AND t.seq > %(after)s AND t.seq < %(before)s AND t.at >= %(since)s AND t.at < %(until)s

-- name: validated
-- By what a code came: the message of its generation that arrived first, or else the first that went out. A guia without a
-- code has its reason in place of it; a session of a series is no guia.
SELECT v.hour, v.absence, CASE WHEN v.absence IS NOT NULL THEN 'none' ELSE COALESCE(v.method, v.channel, 'hand') END AS way, count(*)
FROM (
    SELECT extract(hour FROM t.at AT TIME ZONE %(zone)s)::integer AS hour,
           substring(t.data FROM '"absence":"([0-9]{2})"') AS absence,
           substring(t.data FROM '"method":"(offline|paper)"') AS method,
           (SELECT d.channel
            FROM chancela.guia g
            JOIN chancela.delivery d ON d.operator = %(operator)s AND d.beneficiary_id = g.beneficiary_id AND d.guia_id = g.id
             AND d.planned_at > %(since)s::timestamptz - interval '7 days' AND d.planned_at <= t.at AND d.purpose = 'code'
             AND d.generation = substring(t.data FROM '"generation":([0-9]{1,9})')::integer
            WHERE g.operator = %(operator)s AND g.id = t.subject
            ORDER BY (d.state = 'delivered') DESC, d.planned_at
            LIMIT 1) AS channel
    FROM chancela.trail t
    WHERE {_of_the_day} AND (t.kind = 'guia:attendance:validated' OR (t.kind = 'guia:absence:recorded' AND t.data NOT LIKE '%%"session":%%'))
) v
GROUP BY 1, 2, 3

-- name: happened
SELECT CASE WHEN t.kind = 'guia:guia:registered' AND t.data LIKE '%%"authorisation":"denied"%%' THEN 'denied' ELSE t.kind END, count(*)
FROM chancela.trail t
WHERE {_of_the_day} AND t.kind = ANY(%(kinds)s::text[])
GROUP BY 1

-- name: arrived
SELECT d.channel, count(*),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM d.changed_at - d.planned_at)),
       percentile_cont(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM d.changed_at - d.planned_at))
FROM chancela.delivery d
WHERE d.operator = %(operator)s AND d.planned_at >= %(since)s AND d.planned_at < %(until)s AND d.state = 'delivered'
  AND d.purpose = 'code'
GROUP BY d.channel

-- name: awaiting
SELECT count(*) FROM chancela.live_token l WHERE l.operator = %(operator)s AND l.expires_at > clock_timestamp()
