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

-- name: jobs_laid
SELECT to_regclass('jobs.procrastinate_jobs') IS NOT NULL
