-- An empty cell, or no column, says nothing about who hides or is protected: what is on file stays.
UPDATE chancela.beneficiary b
SET private = COALESCE(a.private, b.private), protected = COALESCE(a.protected, b.protected)
FROM arriving a
WHERE b.operator = %(operator)s AND b.card_number = a.card_number
  AND (a.private <> b.private OR a.protected <> b.protected)
