-- Policies in versions, each with its exceptions.
SELECT 1;
