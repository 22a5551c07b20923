-- Keep which line a code stood on; of a code that stands twice in the batch only the last line goes on.
WITH noted AS (
    INSERT INTO arrived (line, code) SELECT a.line, a.code FROM arriving a
)
DELETE FROM arriving a USING arriving later WHERE later.code = a.code AND later.line > a.line
