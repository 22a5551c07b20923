"""The house whose sign-on this installation takes."""

from django.conf import settings
from django.http import Http404

from chancela.bootstrap.single_sign_on import SignOn


def here() -> SignOn:
    """The one that the settings name; without one there is no such page."""
    named: SignOn | None = settings.SIGN_ON
    if named is None:
        raise Http404
    return named
