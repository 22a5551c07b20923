-- Calls at the call centre, and how their callers were identified.
SELECT 1;
