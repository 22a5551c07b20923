"""Accounts as rows of a page: who has one, whether it has a second factor, and when it was last used."""

import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Q, QuerySet

from chancela.domain.permissions import ActorKind, Permission
from chancela.domain.staff import Reach, reach
from chancela.portals.accounts.adapter import STRONG
from chancela.portals.accounts.models import STAFF, Invitation, Role, User
from chancela.portals.design.words import Said
from chancela.portals.operator import staff_words as words

PAGE = 50
FEW = 8  # as many names as are read in one sentence


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is asked for: the operator's own people or, with `at_providers`, those of its network.

    `provider` is one of the network's codes, `after` the last login of the page before.
    """

    operator: str
    text: str = ""
    at_providers: bool = False
    provider: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """An account and how it stands."""

    user: User
    role: str
    second_factor: bool
    single: bool
    said: Said


def found(asked: Asked, now: dt.datetime) -> tuple[list[Row], bool]:
    """Return the accounts asked for in the order of their logins, at most PAGE, and whether there are more."""
    users = _told(_of(asked.operator)).filter(username__gt=asked.after).order_by("username")
    users = users.filter(role=Role.PROVIDER) if asked.at_providers else users.filter(role__in=STAFF)
    if asked.provider:
        users = users.filter(provider_code=asked.provider)
    if asked.text:
        users = users.filter(Q(username__icontains=asked.text) | Q(display_name__icontains=asked.text))
    listed = list(users[: PAGE + 1])
    return [_row(user, now) for user in listed[:PAGE]], len(listed) > PAGE


def one(operator: str, account_id: int, now: dt.datetime) -> Row | None:
    """Return an account of the operator, or None."""
    user = _told(_of(operator)).filter(pk=account_id).first()
    return _row(user, now) if user else None


def others(user: User, permission: Permission) -> AsyncIterator[User]:
    """Return some colleagues who may do this of every guia and can sign in, by name; never the person themselves."""
    able = [role for role in STAFF if reach(ActorKind(role), permission) is Reach.ALL]
    found = _of(user.operator).filter(role__in=able, is_active=True).exclude(pk=user.pk)
    return aiter(found.order_by("display_name", "username")[:FEW])


def _of(operator: str) -> QuerySet[User]:
    return User.objects.filter(operator=operator)


def _told(users: QuerySet[User]) -> QuerySet[User]:
    strong = Authenticator.objects.filter(user_id=OuterRef("pk"), type__in=STRONG)
    asked = Invitation.objects.filter(user_id=OuterRef("pk"), used_at=None).order_by("-made_at")
    return users.annotate(
        second_factor=Exists(strong),
        single=Exists(User.objects.filter(pk=OuterRef("pk"), socialaccount__isnull=False)),
        invited_until=asked.values("expires_at")[:1],
    )


def _row(user: User, now: dt.datetime) -> Row:
    told = vars(user)
    return Row(user, user.get_role_display(), told["second_factor"], told["single"], _said(user, now))


def _said(user: User, now: dt.datetime) -> Said:
    told = vars(user)
    if not user.is_active:
        return words.CLOSED
    if told["invited_until"] is not None:
        return words.INVITED if told["invited_until"] > now else words.EXPIRED
    return words.ACTIVE if told["second_factor"] or told["single"] else words.WITHOUT
