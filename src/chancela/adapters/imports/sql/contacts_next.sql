-- Where the next part of the contacts ends.
SELECT d.person, d.kind, d.address
FROM (SELECT e.* FROM contact_deed e WHERE (e.person, e.kind, e.address) > (%(after)s, %(kind)s, %(address)s)
      ORDER BY e.person, e.kind, e.address LIMIT %(part)s) AS d
ORDER BY d.person DESC, d.kind DESC, d.address DESC LIMIT 1
