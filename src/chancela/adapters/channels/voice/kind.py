"""A phone call that reads the digits, by Twilio's protocol: how an operator adds it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chancela.adapters.channels.contract import Kind, Setting
from chancela.domain.delivery import Channel

if TYPE_CHECKING:
    from chancela.adapters.channels.contract import Carrier, Setup


def _build(setup: Setup) -> Carrier:
    from chancela.adapters.channels.voice.carrier import VoiceCarrier

    return VoiceCarrier(setup)


KIND: Final = Kind(
    "voice",
    "Ligação que lê o código (Twilio)",
    "Phone call that reads the code (Twilio)",
    frozenset({Channel.VOICE}),
    (
        Setting("account_sid", "Identificador da conta (AC…)", "Account identifier (AC…)"),
        Setting("auth_token", "Chave da conta (Auth Token)", "Account key (Auth Token)", secret=True),
        Setting("sender", "Número que liga (E.164)", "Number that calls (E.164)"),
        Setting(
            "base_url", "Endereço da API da empresa", "Address of the company's API", default="https://api.twilio.com"
        ),
    ),
    _build,
)
