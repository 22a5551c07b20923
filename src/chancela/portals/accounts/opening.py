"""Opening an account with a password at once, and giving a new one: for the command line, and for the demo."""

from collections.abc import Callable

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.db import transaction

from chancela.domain.staff import Change
from chancela.portals.accounts import staffing
from chancela.portals.accounts.models import Role, User
from chancela.portals.accounts.staffing import By


@transaction.atomic
def open_account(
    login: str,
    password: str,
    operator: str,
    provider_code: str,
    display_name: str,
    role: Role = Role.PROVIDER,
    totp_secret: str | None = None,
    by: By | None = None,
) -> User:
    """Return the person's account, made where there is none; an account that exists stays as it is.

    Without `totp_secret` (base 32) the first sign-in leads to enrolling a second factor; `by` is who opens it, for the
    trail. Django must be set up.
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
    if by:
        staffing.tell(by, user, Change.OPENED)
    return user


@transaction.atomic
def new_password(login: str, password: str, told: Callable[[User], By] | None = None) -> bool:
    """Give a person who lost access a new password and no second factor, so that they enrol again; False if unknown.

    A link that would let somebody else choose another password is taken back.
    """
    user = User.objects.select_for_update().filter(username=login.lower()).first()
    if user is None:
        return False
    user.set_password(password)
    user.save(update_fields=["password"])
    user.invitations.filter(used_at=None).delete()
    Authenticator.objects.filter(user=user).delete()
    if told:
        staffing.tell(told(user), user, Change.RESET)
    return True
