-- name: depths
SELECT c.channel, (
    SELECT count(*) FROM (
        SELECT FROM chancela.delivery d
        WHERE d.operator = %(operator)s AND d.channel = c.channel AND d.state IN ('queued', 'sending')
          AND d.planned_at > now() - interval '40 days'
        LIMIT %(most)s) AS up_to)
FROM unnest(%(channels)s::text[]) AS c (channel)

-- name: reports
SELECT count(*) FROM (
    SELECT FROM chancela.report r WHERE r.operator = %(operator)s AND r.closed_at IS NULL LIMIT %(most)s) AS up_to

-- name: alarms
SELECT a.kind, count(*) FROM chancela.alarm a WHERE a.operator = %(operator)s AND a.ended_at IS NULL GROUP BY a.kind
