-- Whom the operator's other systems are told to by, and what they are to be told.
SELECT 1;
