-- Where people wait on their way in: every line of the file as it stands there, and its addresses.
CREATE TEMP TABLE arriving (
    n integer NOT NULL,
    line integer NOT NULL,
    id uuid NOT NULL,
    cco text,
    code text,
    card text,
    rank smallint NOT NULL,
    adds boolean NOT NULL,
    refused boolean NOT NULL,
    want jsonb NOT NULL,
    holder text,
    named_card text,
    guardian_cards text[]
)
;
CREATE TEMP TABLE arriving_contact (
    n integer NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    address text NOT NULL
)
