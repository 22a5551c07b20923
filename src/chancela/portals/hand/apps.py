"""The app of the beneficiary's pages."""

from django.apps import AppConfig


class HandConfig(AppConfig):
    """Codes, guias and family in the person's own hand."""

    name = "chancela.portals.hand"
    label = "hand"
