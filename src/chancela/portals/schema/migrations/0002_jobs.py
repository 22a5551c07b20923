"""The tables of procrastinate, in a schema of their own."""

from django.db import migrations
from procrastinate.schema import SchemaManager

from chancela.portals.schema import sql


def jobs() -> str:
    return (
        "CREATE SCHEMA IF NOT EXISTS jobs; SET LOCAL search_path TO jobs;\n"
        f"{SchemaManager.get_schema()}\n"
        "; SET LOCAL search_path TO portal;"
    )


class Migration(migrations.Migration):
    dependencies = [("schema", "0001_core")]
    operations = [sql.run(jobs)]
