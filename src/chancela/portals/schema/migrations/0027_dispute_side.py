"""What a provider answered before more of its attendance was disputed."""

from django.db import migrations

from chancela.portals.schema import sql


class Migration(migrations.Migration):
    dependencies = [("schema", "0026_outage_confirmed")]
    operations = [sql.run(lambda: sql.core("0026_dispute_side.sql"))]
