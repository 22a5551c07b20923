"""Contacts that the call centre changed and that wait; people who were merged."""

from django.db import migrations

from chancela.portals.schema import sql


class Migration(migrations.Migration):
    dependencies = [("schema", "0010_call")]
    operations = [sql.run(lambda: sql.core("0010_hold.sql"))]
