"""Documents of guias: what lies outside the database, and under which hash."""

from django.db import migrations

from chancela.portals.schema import sql


class Migration(migrations.Migration):
    dependencies = [("schema", "0011_hold")]
    operations = [sql.run(lambda: sql.core("0011_attachment.sql"))]
