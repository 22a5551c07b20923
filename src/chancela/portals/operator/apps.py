"""The app of the operator's desk."""

from django.apps import AppConfig


class OperatorConfig(AppConfig):
    """The desk of the operator's own people."""

    name = "chancela.portals.operator"
    label = "operator"
