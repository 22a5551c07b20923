"""Open an account for a person; only the operator's staff do this, by the command line or the back office."""

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.db import transaction

from chancela.portals.accounts.models import Role, User


@transaction.atomic
def open_account(
    login: str,
    password: str,
    operator: str,
    provider_code: str,
    display_name: str,
    role: Role = Role.PROVIDER,
    totp_secret: str | None = None,
) -> User:
    """Return the person's account, made where there is none; an account that exists stays as it is.

    Without `totp_secret` (base 32) the first sign-in leads to enrolling a second factor. Django must be set up.
    """
    known = User.objects.filter(username=login.lower()).first()
    if known is not None:
        return known
    user = User.objects.create_user(
        username=login.lower(),
        password=password,
        operator=operator,
        provider_code=provider_code,
        display_name=display_name,
        role=role,
    )
    if totp_secret:
        TOTP.activate(user, totp_secret)
    return user


def new_password(login: str, password: str) -> bool:
    """Give a person who lost access a new password and no second factor, so that they enrol again; False if unknown."""
    user = User.objects.filter(username=login.lower()).first()
    if user is None:
        return False
    user.set_password(password)
    user.save(update_fields=["password"])
    Authenticator.objects.filter(user=user).delete()
    return True
