"""Visits whose code is given afterwards."""

from django.db import migrations

from chancela.portals.schema import sql


class Migration(migrations.Migration):
    dependencies = [("schema", "0017_absence")]
    operations = [sql.run(lambda: sql.core("0017_late.sql"))]
