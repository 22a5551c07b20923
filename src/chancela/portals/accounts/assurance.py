"""When a person last proved who they are with a second factor in this session; a desk opens only after that."""

import datetime as dt
import time
from typing import Any

from allauth.account.internal.flows import login
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

METHOD = "mfa"
RECENT = dt.timedelta(minutes=5)


def record(request: HttpRequest, user: Any, kind: str, at: dt.datetime | None = None) -> None:
    """Note that a second factor was shown, now unless told when: the code or key that proves a new one counts too."""
    when = {} if at is None else {"at": at.timestamp()}
    login.record_authentication(request, user, METHOD, type=kind, **when)


def assured_at(request: HttpRequest, user: Any) -> dt.datetime | None:
    """The instant of the last second factor of this session, or None."""
    records = login.get_authentication_records(request, user)
    times = [each["at"] for each in records if each["method"] == METHOD]
    return dt.datetime.fromtimestamp(max(times), dt.UTC) if times else None


def is_recent(request: HttpRequest) -> bool:
    """Tell whether this session's person proved who they are, in any way, within RECENT."""
    records = login.get_authentication_records(request, request.user)
    return any(time.time() - each["at"] < RECENT.total_seconds() for each in records)


async def second_factors(user: Any) -> frozenset[str]:
    """Which of an authenticator app and passkeys the person has."""
    strong = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    kinds = Authenticator.objects.filter(user_id=user.pk, type__in=strong).values_list("type", flat=True)
    return frozenset([kind async for kind in kinds])


async def has_second_factor(user: Any) -> bool:
    """Tell whether the person has an authenticator app or a passkey."""
    return bool(await second_factors(user))
