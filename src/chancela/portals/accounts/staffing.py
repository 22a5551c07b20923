"""Opening, changing, closing and resetting accounts: each deed in one transaction with its event of the trail.

A deed is synchronous, as Django's transactions are. It locks first the accounts that it judges by (the one it changes
and the operator's administrators, in one order), does its work, and tells the trail last (adapters/postgres/staff.py).
"""

import datetime as dt
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, connection, transaction
from django.db.models import Q

from chancela.adapters.postgres import staff as telling
from chancela.domain import staff
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.staff import Account, Change, Objection
from chancela.portals.accounts.models import Invitation, Role, User

SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class By:
    """Who changes an account: `own` is their own account's id, None for the house itself; `seal` seals the trail."""

    actor: Actor
    own: int | None
    seal: Callable[[str, int, bytes], bytes] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Done:
    """The account as it is now; `secret` is that of a new invitation, which is nowhere else in clear."""

    user: User
    secret: str | None = field(default=None, repr=False)


def house(operator: str, name: str, seal: Callable[[str, int, bytes], bytes]) -> By:
    """The installation itself at work for an operator: its command line, its single sign-on."""
    return By(Actor(operator, ActorKind.SYSTEM, name), None, seal)


def account(user: User) -> Account:
    """An account as the rules see it."""
    single = SocialAccount.objects.filter(user_id=user.pk or 0).exists()
    return Account(user.pk or 0, user.operator, ActorKind(user.role), user.is_active, single)


@transaction.atomic
def open_account(by: By, login: str, name: str, role: Role, provider: str, now: dt.datetime) -> Done | Objection:
    """Open an account that nobody can enter before its invitation is used; a login is taken once in an installation."""
    user = User(
        username=login.lower(), display_name=name, role=role, operator=by.actor.operator, provider_code=provider
    )
    user.set_unusable_password()
    if objection := staff.objection(by.actor, by.own, account(user), Change.OPENED, now):
        return objection
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        return Objection.TAKEN
    secret = _invite(user, now)
    tell(by, user, Change.OPENED)
    return Done(user, secret)


@transaction.atomic
def change(by: By, account_id: int, name: str, role: Role, now: dt.datetime) -> Done | Objection | None:
    """Give an account another name, another role or both; None where the operator has no such account."""
    user = _locked(by, account_id)
    if user is None:
        return None
    changes = [Change.RENAMED] * (user.display_name != name) + [Change.ROLE] * (user.role != role)
    for each in changes:
        if objection := staff.objection(by.actor, by.own, account(user), each, now):
            return objection
    if not staff.fits(account(user), ActorKind(role)):
        return Objection.OTHER_DESK
    user.display_name, user.role = name, role
    user.save(update_fields=["display_name", "role"])
    tell(by, user, *changes)
    return Done(user)


@transaction.atomic
def close(by: By, account_id: int, now: dt.datetime) -> Done | Objection | None:
    """Let nobody enter by an account any more, end its sessions and take its open invitations back."""
    return _moved(by, account_id, Change.CLOSED, now, active=False)


@transaction.atomic
def reopen(by: By, account_id: int, now: dt.datetime) -> Done | Objection | None:
    """Let a closed account be entered again, with the password and second factor that it had."""
    return _moved(by, account_id, Change.REOPENED, now, active=True)


@transaction.atomic
def reset(by: By, account_id: int, now: dt.datetime) -> Done | Objection | None:
    """Take password, second factors and sessions away and invite anew; by single sign-on one enters without a link."""
    user = _locked(by, account_id)
    if user is None:
        return None
    if objection := staff.objection(by.actor, by.own, account(user), Change.RESET, now):
        return objection
    user.set_unusable_password()
    user.generation += 1
    user.save(update_fields=["password", "generation"])
    Authenticator.objects.filter(user=user).delete()
    secret = None if account(user).single else _invite(user, now)
    tell(by, user, Change.RESET)
    return Done(user, secret)


def invited(secret: str, now: dt.datetime) -> User | None:
    """Whom an invitation is for, while it may still be used."""
    found = _open(secret, now).select_related("user").first()
    return found.user if found else None


@transaction.atomic
def accept(secret: str, password: str, now: dt.datetime, seal: Callable[[str, int, bytes], bytes]) -> User | None:
    """Set the password of an invitation's account; of two who come with the same link, one does.

    The account is held before its link, as by whoever takes the link back.
    """
    found = invited(secret, now)
    user = User.objects.select_for_update().filter(pk=found.pk).first() if found else None
    if user is None or not _open(secret, now).update(used_at=now):
        return None
    user.set_password(password)
    user.save(update_fields=["password"])
    actor = Actor(user.operator, ActorKind(user.role), user.username)
    tell(By(actor, user.pk, seal), user, Change.ENTERED)
    return user


def tell(by: By, user: User, *changes: Change) -> None:
    """Write what happened to an account at the end of its operator's trail, in the transaction that is open."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an account changes in the transaction that tells of it")
    events = [staff.event(by.actor.name, account(user), each) for each in changes]
    if events:
        connection.ensure_connection()
        telling.append(connection.connection, user.operator, events, by.seal)


def _moved(by: By, account_id: int, change: Change, now: dt.datetime, *, active: bool) -> Done | Objection | None:
    user = _locked(by, account_id)
    if user is None or user.is_active == active:
        return Done(user) if user else None
    if objection := staff.objection(by.actor, by.own, account(user), change, now):
        return objection
    user.is_active = active
    user.generation += 1
    user.save(update_fields=["is_active", "generation"])
    user.invitations.filter(used_at=None).delete()
    tell(by, user, change)
    return Done(user)


def _locked(by: By, account_id: int) -> User | None:
    """The account, locked, if it is of the operator and whoever asks is still one of its administrators."""
    judged = Q(pk=account_id) | Q(role=Role.ADMINISTRATOR, is_active=True)
    held = {
        user.pk: user
        for user in User.objects.select_for_update().filter(judged, operator=by.actor.operator).order_by("pk")
    }
    if by.own is not None and (by.own not in held or not _administers(held[by.own])):
        return None
    return held.get(account_id)


def _administers(user: User) -> bool:
    return user.is_active and user.role == Role.ADMINISTRATOR


def _invite(user: User, now: dt.datetime) -> str:
    """Make a link for an account, and take earlier ones back."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    user.invitations.filter(used_at=None).delete()
    Invitation.objects.create(user=user, digest=_digest(secret), made_at=now, expires_at=now + staff.INVITED_FOR)
    return secret


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _open(secret: str, now: dt.datetime) -> Any:
    return Invitation.objects.filter(digest=_digest(secret), used_at=None, expires_at__gt=now, user__is_active=True)
