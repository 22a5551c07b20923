"""The ladder and its carriers."""

from django.db import migrations

from chancela.portals.schema import sql


class Migration(migrations.Migration):
    dependencies = [("schema", "0003_cache")]
    operations = [sql.run(lambda: sql.core("0002_delivery.sql"))]
