"""Who carries what: an operator's own carriers from the database, and the installation's for what is left."""

from __future__ import annotations

import functools
import importlib
import importlib.util
import logging
import pkgutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chancela.adapters import channels as folders
from chancela.adapters.channels.contract import Capabilities, ChannelFailure, Setup, SetupError
from chancela.adapters.keys.day_key import SealError
from chancela.adapters.keys.strongbox import Strongbox
from chancela.adapters.postgres.carriers import Carriers
from chancela.bootstrap.hearing import Ear, Ears
from chancela.domain.delivery import Channel

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chancela.adapters.channels.contract import Carrier, Kind, Letter
    from chancela.adapters.postgres.carriers import CarrierEntry
    from chancela.bootstrap.app import App
    from chancela.domain.people import Operator

AT_ONCE: Final = 64
LOG: Final = logging.getLogger(__name__)


class UnboundError(Exception):
    """A carrier that cannot work as it is set up; the sentence says why and names no secret."""


@functools.cache
def kinds() -> Mapping[str, Kind]:
    """Return every kind of carrier by its name: what the folders of the channels offer, one that is missing nothing."""
    found: dict[str, Kind] = {}
    for folder in pkgutil.iter_modules(folders.__path__):
        name = f"{folders.__name__}.{folder.name}.kind"
        if folder.ispkg and importlib.util.find_spec(name) is not None:
            module = importlib.import_module(name)
            offered: tuple[Kind, ...] = getattr(module, "KINDS", None) or (module.KIND,)
            found.update({kind.name: kind for kind in offered})
    return found


def bound(app: App, entry: CarrierEntry) -> Carrier:
    """Return a carrier as its operator set it up; it opens nothing yet. One that cannot be raises UnboundError."""
    kind = kinds().get(entry.kind)
    if kind is None:
        raise UnboundError(f"This installation has no carriers of the kind {entry.kind}.")
    try:
        return kind.build(setup(app, entry, Strongbox(app.keys).open(entry.operator, entry.name, entry.secrets)))
    except (SealError, SetupError) as fault:
        raise UnboundError(str(fault)) from None


def setup(app: App, entry: CarrierEntry, secrets: Mapping[str, str]) -> Setup:
    """Return what a carrier is built from."""
    return Setup(
        operator=entry.operator,
        name=entry.name,
        channel=entry.channel,
        settings=entry.settings,
        secrets=secrets,
        receipts_url=receipts_url(app, entry.operator, entry.name),
        voice_url=f"{_public(app)}/v1/voice/{entry.operator}-{entry.name}",
        tell=Ear(app, entry.operator, entry.name).hear,
    )


def receipts_url(app: App, operator: str, name: str) -> str:
    """Return where a carrier's company calls us."""
    return f"{_public(app)}/v1/receipts/{operator}-{name}"


def _public(app: App) -> str:
    return app.settings.public_url.rstrip("/")


async def carriers_of(app: App, operator: Operator) -> tuple[tuple[CarrierEntry | None, Carrier], ...]:
    """Return an operator's enabled carriers with their entries, and shared ones (without) for channels that have none.

    A carrier that cannot work as it is set up stays among them and refuses, so that others of its channel take over
    and the operator sees why.
    """
    entries = [each for each in await Carriers(app.pool).all(operator.ans) if each.enabled]
    left = frozenset(Channel).difference(each.channel for each in entries)
    return (*((each, _bound(app, each)) for each in entries), *((None, each) for each in shared(app, left)))


async def unserved(app: App, operator: str) -> frozenset[Channel]:
    """Return the channels by which nothing of an operator goes out, as no carrier is there for them."""
    entries = [each for each in await Carriers(app.pool).all(operator) if each.enabled]
    left = frozenset(Channel).difference(each.channel for each in entries)
    if app.settings.demo:
        return frozenset()
    return left - {Channel.EMAIL} if app.settings.smtp_url else left


def _bound(app: App, entry: CarrierEntry) -> Carrier:
    try:
        return bound(app, entry)
    except UnboundError as fault:
        LOG.error("the carrier %s of %s cannot work: %s", entry.name, entry.operator, fault)  # noqa: TRY400 - its setup's
        return NoCarrier(frozenset({entry.channel}), entry.name, "carrier not usable as set up", ours=True)


def shared(app: App, channels: frozenset[Channel]) -> tuple[Carrier, ...]:
    """Return the carriers for these channels: SMTP where it is set up, in a demo the phones, and none for the rest."""
    settings = app.settings
    found: list[Carrier] = []
    if settings.smtp_url and Channel.EMAIL in channels:
        from chancela.adapters.channels.email.carrier import EmailCarrier
        from chancela.adapters.channels.email.relay import relay

        found.append(EmailCarrier(relay(settings.smtp_url), settings.smtp_from))
        channels -= {Channel.EMAIL}
    if settings.demo and channels:
        from chancela.adapters.channels.inbox.carrier import InboxCarrier

        delay_s = settings.demo_carrier_delay_ms / 1000
        found.append(InboxCarrier(app.inboxes.keep, channels, delay_s, tell=Ears(app, "inbox").hear))
    elif channels:
        found.append(NoCarrier(channels))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class NoCarrier:
    """Takes nothing: what is planned is seen as failed, not forgotten; `ours` lets another take over at once."""

    channels: frozenset[Channel]
    name: str = "none"
    reason: str = "no carrier for this channel"
    ours: bool = False

    @property
    def capabilities(self) -> Capabilities:
        """Nothing is ever taken."""
        return Capabilities(self.channels, AT_ONCE, patience_s=1.0)

    async def send(self, letter: Letter) -> str:
        """Refuse; another process of this installation may still have a carrier, or this one be set right."""
        del letter
        raise ChannelFailure(self.reason, permanent=False, ours=self.ours)

    async def close(self) -> None:
        """Nothing is held open."""
