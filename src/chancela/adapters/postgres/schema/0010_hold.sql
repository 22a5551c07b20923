-- Contacts that the call centre changed and that wait; people who were merged.
SELECT 1;
