"""The app of the reports that come by a link."""

from django.apps import AppConfig


class ReportConfig(AppConfig):
    """One page, for whoever got a code that they did not ask for."""

    name = "chancela.portals.report"
    label = "report"
