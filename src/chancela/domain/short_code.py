"""A short code: ten minutes and five tries, for whatever is proved by it; a sign-in and a new contact each have one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Final, Protocol, TypeVar

if TYPE_CHECKING:
    from dataclasses import Field
    from datetime import datetime

    from chancela.domain.token import Secret

LIFE: Final = timedelta(minutes=10)  # NIST SP 800-63B-4, 3.1.3: an out-of-band secret lives ten minutes at most
TRIES: Final = 5


class Coded(Protocol):
    """A fact with a short code: a frozen dataclass with these fields."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    @property
    def secret(self) -> Secret | None:
        """What is kept of the code; None once it ended."""
        ...

    @property
    def expires_at(self) -> datetime:
        """Until when the code may be entered."""
        ...

    @property
    def wrong_tries(self) -> int:
        """How many wrong entries were judged."""
        ...

    @property
    def ended_at(self) -> datetime | None:
        """When it was used up, by the right entry or by the fifth wrong one."""
        ...


Kind = TypeVar("Kind", bound=Coded)


def alive(coded: Coded, now: datetime) -> bool:
    """Tell whether its code may still be entered."""
    return coded.ended_at is None and now < coded.expires_at


def ended(coded: Kind, now: datetime) -> Kind:
    """Return it as history: its code is kept nowhere any more."""
    return replace(coded, ended_at=now, secret=None)


def missed(coded: Kind, now: datetime) -> Kind:
    """Return it after a wrong entry; the fifth ends it."""
    spent = replace(coded, wrong_tries=coded.wrong_tries + 1)
    return ended(spent, now) if spent.wrong_tries >= TRIES else spent


def left(coded: Coded) -> int:
    """Return how many more wrong entries would be judged."""
    return TRIES - coded.wrong_tries
