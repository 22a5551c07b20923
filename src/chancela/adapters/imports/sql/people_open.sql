-- Where people wait on their way in: a batch at a time, and of every line what the end of the file must know.
CREATE TEMP TABLE arriving (
    line integer NOT NULL,
    id uuid NOT NULL,
    card_number text NOT NULL,
    name text NOT NULL,
    birth_date date NOT NULL,
    cpf text,
    holder_card text,
    relation text NOT NULL,
    plan text NOT NULL,
    standing text NOT NULL,
    joined_date date,
    ended_date date,
    card_valid_until date,
    covers_dental boolean NOT NULL,
    covers_medical boolean NOT NULL,
    uses_no_mobile boolean NOT NULL,
    language text NOT NULL,
    private boolean,
    protected boolean,
    named_card text,
    guardian_cards text[] NOT NULL
) ON COMMIT DELETE ROWS;

CREATE TEMP TABLE arriving_contact (
    line integer NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    address text NOT NULL
) ON COMMIT DELETE ROWS;

CREATE TEMP TABLE arrived (
    line integer NOT NULL,
    card_number text NOT NULL,
    holder_card text,
    named_card text,
    guardian_cards text[] NOT NULL
);
