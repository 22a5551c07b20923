"""Until when what people declared is proof, unless they say again that it goes on."""

from django.db import migrations

from chancela.portals.schema import sql


class Migration(migrations.Migration):
    dependencies = [("schema", "0025_denied_session")]
    operations = [sql.run(lambda: sql.core("0025_outage_confirmed.sql"))]
