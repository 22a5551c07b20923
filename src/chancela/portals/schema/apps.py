"""The app whose migrations lay down the core's own tables."""

from django.apps import AppConfig


class SchemaConfig(AppConfig):
    """The core's schema, and that of the jobs."""

    name = "chancela.portals.schema"
    label = "schema"
