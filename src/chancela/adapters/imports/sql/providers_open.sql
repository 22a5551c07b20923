-- Where providers wait on their way in.
CREATE TEMP TABLE arriving (
    line integer NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    document text,
    council text,
    specialties text[] NOT NULL,
    phones text[] NOT NULL,
    emails text[] NOT NULL,
    active boolean NOT NULL,
    staff text[] NOT NULL
) ON COMMIT DELETE ROWS;

CREATE TEMP TABLE arrived (line integer NOT NULL, code text NOT NULL);
