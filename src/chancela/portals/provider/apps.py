"""The app of the provider's desk."""

from django.apps import AppConfig


class ProviderConfig(AppConfig):
    """The desk where guias are entered and validated."""

    name = "chancela.portals.provider"
    label = "provider"
