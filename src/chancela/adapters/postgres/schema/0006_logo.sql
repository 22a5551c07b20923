-- The operators' logos, as people see them at the top of their own pages.
CREATE TABLE chancela.operator_logo (
    operator text NOT NULL REFERENCES chancela.operator CONSTRAINT an_operator_has_one_logo PRIMARY KEY,
    version text NOT NULL,
    media_type text NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL,
    content bytea NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT a_logo_is_png_or_webp CHECK (media_type IN ('image/png', 'image/webp')),
    CONSTRAINT a_logo_has_at_most_64_kib CHECK (octet_length(content) <= 65536),
    CONSTRAINT a_logo_has_at_most_1024_pixels CHECK (width BETWEEN 1 AND 1024 AND height BETWEEN 1 AND 1024)
);
COMMENT ON COLUMN chancela.operator_logo.version IS 'the first 16 hexadecimal digits of the SHA-256 of its bytes';

ALTER TABLE chancela.operator_logo ENABLE ROW LEVEL SECURITY;
ALTER TABLE chancela.operator_logo FORCE ROW LEVEL SECURITY;
CREATE POLICY only_the_operator_at_work ON chancela.operator_logo TO chancela_app
    USING (operator = current_setting('chancela.operator', true))
    WITH CHECK (operator = current_setting('chancela.operator', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON chancela.operator_logo TO chancela_app;
