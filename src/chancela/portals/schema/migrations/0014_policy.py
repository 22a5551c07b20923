"""Policies in versions, each with its exceptions."""

from django.db import migrations

from chancela.portals.schema import sql


class Migration(migrations.Migration):
    dependencies = [("schema", "0013_import")]
    operations = [sql.run(lambda: sql.core("0013_policy.sql"))]
