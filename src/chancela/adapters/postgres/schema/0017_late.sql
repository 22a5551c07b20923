-- Visits whose code is given afterwards.
SELECT 1;
