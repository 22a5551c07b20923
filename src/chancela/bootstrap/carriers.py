"""Who carries what in this installation: each channel has exactly one carrier."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chancela.adapters.channels.contract import Capabilities, ChannelFailure
from chancela.adapters.channels.email.carrier import EmailCarrier
from chancela.adapters.channels.email.relay import relay
from chancela.adapters.channels.inbox.carrier import InboxCarrier
from chancela.domain.delivery import Channel

if TYPE_CHECKING:
    from chancela.adapters.channels.contract import Carrier, Letter
    from chancela.bootstrap.app import App


def carriers(app: App) -> tuple[Carrier, ...]:
    """Return the carriers: SMTP where it is set up, in a demo the phones for the rest, and none for what is left."""
    settings = app.settings
    found: list[Carrier] = []
    if settings.smtp_url:
        found.append(EmailCarrier(relay(settings.smtp_url), settings.smtp_from))
    if settings.demo:
        channels = _left(found)
        found.append(InboxCarrier(app.inboxes.keep, channels, settings.demo_carrier_delay_ms / 1000))
    if left := _left(found):
        found.append(NoCarrier(left))
    return tuple(found)


def _left(found: list[Carrier]) -> frozenset[Channel]:
    return frozenset(Channel).difference(*(each.capabilities.channels for each in found))


@dataclass(frozen=True, slots=True)
class NoCarrier:
    """What remains planned for a channel that lost its carrier is seen as failed, not forgotten."""

    channels: frozenset[Channel]
    name: str = "none"

    @property
    def capabilities(self) -> Capabilities:
        """Nothing is ever taken."""
        return Capabilities(self.channels, at_once=64, patience_s=1.0)

    async def send(self, letter: Letter) -> str:
        """Refuse; another process of this installation may still have a carrier."""
        del letter
        raise ChannelFailure("no carrier for this channel", permanent=False)

    async def close(self) -> None:
        """Nothing is held open."""
