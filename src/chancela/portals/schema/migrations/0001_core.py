"""The core's own tables."""

from django.db import migrations

from chancela.portals.schema import sql


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [sql.run(lambda: sql.core("0001_core.sql"))]
