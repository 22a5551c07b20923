"""Whom the operator's other systems are told to by, and what they are to be told."""

from django.db import migrations

from chancela.portals.schema import sql


class Migration(migrations.Migration):
    dependencies = [("schema", "0023_dispute")]
    operations = [sql.run(lambda: sql.core("0023_webhook.sql"))]
