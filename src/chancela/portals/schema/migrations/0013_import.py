"""Imports: what each changed, so that the last one can be undone."""

from django.db import migrations

from chancela.portals.schema import sql


class Migration(migrations.Migration):
    dependencies = [("schema", "0012_attachment")]
    operations = [sql.run(lambda: sql.core("0012_import.sql"))]
