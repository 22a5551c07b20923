-- What is being done just now.
CREATE UNIQUE INDEX ON contact_deed (person, kind, address)
;
CREATE TEMP TABLE contact_part (id uuid PRIMARY KEY, person uuid, kind text, address text, fresh boolean) ON COMMIT DELETE ROWS
