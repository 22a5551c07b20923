"""The pages as an ASGI application; whoever serves them puts the house into `scope["chancela"]`."""

import os

import django
from django.core.handlers.asgi import ASGIHandler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chancela.portals.settings")


def application() -> ASGIHandler:
    """Start Django and return its handler."""
    django.setup(set_prefix=False)
    return ASGIHandler()
