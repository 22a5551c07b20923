"""The long tail as a kind of carrier: one URL for a gateway that has no folder of its own, and no receipts from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chancela.adapters.channels.contract import Kind, Setting
from chancela.domain.delivery import Channel

if TYPE_CHECKING:
    from chancela.adapters.channels.contract import Carrier, Setup

SETTINGS: Final = (
    Setting(
        "url",
        "a URL do Apprise, com {to} (ou {plus_to}) no lugar do destinatário",
        "the Apprise URL, with {to} (or {plus_to}) where the recipient stands",
        secret=True,
    ),
)


def _build(setup: Setup) -> Carrier:
    from chancela.adapters.channels.other.carrier import OtherCarrier

    return OtherCarrier(setup)


KIND: Final = Kind(
    name="other",
    portuguese="outro serviço, por uma URL do Apprise, sem confirmação de entrega",
    english="another gateway, by an Apprise URL, without receipts",
    channels=frozenset(Channel) - {Channel.APP},
    settings=SETTINGS,
    build=_build,
)
