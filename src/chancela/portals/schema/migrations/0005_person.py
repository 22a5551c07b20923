"""The way in of beneficiaries."""

from django.db import migrations

from chancela.portals.schema import sql


class Migration(migrations.Migration):
    dependencies = [("schema", "0004_delivery")]
    operations = [sql.run(lambda: sql.core("0003_person.sql"))]
