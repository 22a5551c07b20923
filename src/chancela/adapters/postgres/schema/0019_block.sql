-- Numbers for care without a connection, and what was done under them.
SELECT 1;
