"""The pages as an ASGI application; whoever serves them puts the house into `scope["chancela"]`."""

import logging
import os
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from django.core.handlers.asgi import ASGIHandler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chancela.portals.settings")


def application() -> "ASGIHandler":
    """Start Django and return its handler, which counts what comes."""
    django.setup(set_prefix=False)
    # A request that is refused is no fault, and its address may hold the number of a card.
    logging.getLogger("django.request").setLevel(logging.ERROR)
    from chancela.portals import uploads  # it reads the settings that `setup` has just made

    return uploads.Handler()
