"""Guias without a code: why, what is still owed, and what auditors say of it."""

from django.db import migrations

from chancela.portals.schema import sql


class Migration(migrations.Migration):
    dependencies = [("schema", "0016_trail")]
    operations = [sql.run(lambda: sql.core("0016_absence.sql"))]
