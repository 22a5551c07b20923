"""What finds an event of the trail by whom or what it is about."""

from django.db import migrations

from chancela.portals.schema import sql


class Migration(migrations.Migration):
    dependencies = [("schema", "0015_network")]
    operations = [sql.run(lambda: sql.core("0015_trail.sql"))]
