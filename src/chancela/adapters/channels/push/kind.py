"""Web Push as a kind of carrier: who we say we are to the push services, and with which key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chancela.adapters.channels.contract import Kind, Setting
from chancela.domain.delivery import Channel

if TYPE_CHECKING:
    from chancela.adapters.channels.contract import Carrier, Setup

SETTINGS: Final = (
    Setting("subject", "um e-mail de contato para os serviços de push", "an e-mail where push services can reach you"),
    Setting("ttl_s", "por quantos segundos um aviso espera", "for how many seconds a push waits", default="14400"),
    Setting(
        "allow_private",
        "yes aceita serviços de push da rede interna",
        "yes takes push services of your own network as well",
        default="no",
    ),
    Setting("private_key", "a chave privada VAPID (PEM)", "the private VAPID key (PEM)", secret=True),
)


def _build(setup: Setup) -> Carrier:
    from chancela.adapters.channels.push.carrier import PushCarrier

    return PushCarrier(setup)


KIND: Final = Kind(
    name="push",
    portuguese="Web Push, para o aplicativo",
    english="Web Push, for the app",
    channels=frozenset({Channel.APP}),
    settings=SETTINGS,
    build=_build,
)
