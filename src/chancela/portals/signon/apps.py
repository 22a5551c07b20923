"""The app of single sign-on."""

from django.apps import AppConfig


class SignOnConfig(AppConfig):
    """The house's own sign-on."""

    name = "chancela.portals.signon"
    label = "signon"
