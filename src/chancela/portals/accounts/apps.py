"""The app of accounts."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People who sign in."""

    name = "chancela.portals.accounts"
    label = "accounts"
