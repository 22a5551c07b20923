"""The family, and what people hold in the hand: helpers, new contacts, devices, codes on paper."""

from django.db import migrations

from chancela.portals.schema import sql


class Migration(migrations.Migration):
    dependencies = [("schema", "0005_person")]
    operations = [sql.run(lambda: sql.core("0004_hand.sql"))]
