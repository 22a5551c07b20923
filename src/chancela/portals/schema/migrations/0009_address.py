"""Contacts and providers by their addresses in small letters; and messages by their reader, an index that no migration laid.

The table of contacts is written anew under a lock that stops reading too: say so to whoever has millions of people.
"""

from django.db import migrations

from chancela.portals.schema import sql


class Migration(migrations.Migration):
    dependencies = [("schema", "0008_logo")]
    operations = [sql.run(lambda: sql.core("0007_reader.sql")), sql.run(lambda: sql.core("0008_address.sql"))]
