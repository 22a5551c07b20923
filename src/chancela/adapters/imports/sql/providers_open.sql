-- Where providers wait on their way in.
CREATE TEMP TABLE arriving_provider (line integer NOT NULL, code text NOT NULL, want jsonb NOT NULL)
