"""The app of the demo; installed in demo mode alone."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The tour and the phone."""

    name = "chancela.portals.demo"
    label = "demo"
