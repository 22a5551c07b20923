-- name: now
SELECT clock_timestamp()

-- name: one_by_one
SELECT pg_advisory_xact_lock(hashtextextended('partitions of chancela', 7))

-- name: ensure_partitions
SELECT chancela.ensure_partitions(now())

-- name: wall
SELECT set_config('chancela.operator', %(operator)s, true)

-- name: forget_answers
DELETE FROM chancela.answer a WHERE a.operator = %(operator)s AND a.answered_at < now() - interval '25 hours'

-- name: forget_over
-- What opens nothing any more is told by the trail alone; nothing else asks for these rows.
WITH sessions AS (
    DELETE FROM chancela.person_session s
    WHERE s.operator = %(operator)s AND LEAST(s.ended_at, s.expires_at) < now() - %(kept)s::interval
), ties AS (
    DELETE FROM chancela.tie t
    WHERE t.operator = %(operator)s AND LEAST(t.ended_at, t.until) < now() - %(kept)s::interval
), passkeys AS (
    DELETE FROM chancela.passkey k WHERE k.operator = %(operator)s AND k.ended_at < now() - %(kept)s::interval
), devices AS (
    DELETE FROM chancela.device d WHERE d.operator = %(operator)s AND d.ended_at < now() - %(kept)s::interval
)
DELETE FROM chancela.paper_code c WHERE c.operator = %(operator)s AND c.ended_at < now() - %(kept)s::interval

-- name: jobs_laid
SELECT to_regclass('jobs.procrastinate_jobs') IS NOT NULL
