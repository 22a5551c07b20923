"""The accounts of people who enter by the house's sign-on: opened at the first entry, changed with the role."""

import datetime as dt

from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, transaction

from chancela.domain.staff import Change
from chancela.portals.accounts import staffing
from chancela.portals.accounts.models import Role, User
from chancela.portals.accounts.staffing import By, Done

PROVIDER = "house"
SHORT = 20


def admit(by: By, uid: str, name: str, role: Role, now: dt.datetime) -> bool:
    """Open the account of a person of the house, or bring name and role up to date; False where it may not enter.

    `uid` is the fingerprint of issuer and subject. A closed account stays closed, whatever the house says.
    """
    known = _known(uid)
    if known is None:
        try:
            return _open(by, uid, name, role)
        except IntegrityError:  # the same person entered elsewhere at this moment
            known = _known(uid)
    if known is None or known.operator != by.actor.operator:
        return False
    if not known.is_active:
        return True  # allauth tells that the account is closed
    return isinstance(staffing.change(by, known.pk, name, role, now), Done)


def _known(uid: str) -> User | None:
    found = SocialAccount.objects.filter(provider=PROVIDER, uid=uid).select_related("user").first()
    return found.user if found else None


@transaction.atomic
def _open(by: By, uid: str, name: str, role: Role) -> bool:
    user = User(username=f"sso.{uid[:SHORT]}", display_name=name, role=role, operator=by.actor.operator)
    user.set_unusable_password()
    user.save()
    SocialAccount.objects.create(user=user, provider=PROVIDER, uid=uid)
    staffing.tell(by, user, Change.OPENED)
    return True
