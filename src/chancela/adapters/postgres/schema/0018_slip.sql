-- Guias printed to be signed, and what came back of them.
SELECT 1;
