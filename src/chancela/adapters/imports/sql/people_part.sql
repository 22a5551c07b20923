-- What is being done just now.
CREATE TEMP TABLE part (id uuid PRIMARY KEY, line integer, fresh boolean, want jsonb, changed text[]) ON COMMIT DELETE ROWS
