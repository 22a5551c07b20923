"""SMS by three aggregators, each by the protocol that it publishes: how an operator adds one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chancela.adapters.channels.contract import Kind, Setting
from chancela.domain.delivery import Channel

if TYPE_CHECKING:
    from chancela.adapters.channels.contract import Carrier, Setup

SMS: Final = frozenset({Channel.SMS})
CALLBACK_SECRET: Final = Setting(
    "callback_secret",
    "Segredo que a empresa envia ao chamar o nosso endereço (cabeçalho X-Chancela-Secret, senha Basic ou ?secret=)",
    "Secret that the company sends when it calls our address (header X-Chancela-Secret, Basic password or ?secret=)",
    secret=True,
)


def _base_url(default: str) -> Setting:
    return Setting("base_url", "Endereço da API da empresa", "Address of the company's API", default=default)


def _twilio(setup: Setup) -> Carrier:
    from chancela.adapters.channels.sms_http import carrier, twilio

    return carrier.SmsHttpCarrier(setup, twilio.twilio(setup))


def _zenvia(setup: Setup) -> Carrier:
    from chancela.adapters.channels.sms_http import carrier, zenvia

    return carrier.SmsHttpCarrier(setup, zenvia.zenvia(setup))


def _infobip(setup: Setup) -> Carrier:
    from chancela.adapters.channels.sms_http import carrier, infobip

    return carrier.SmsHttpCarrier(setup, infobip.infobip(setup))


TWILIO: Final = Kind(
    "sms_twilio",
    "SMS pela Twilio (Programmable Messaging)",
    "SMS by Twilio (Programmable Messaging)",
    SMS,
    (
        Setting("account_sid", "Identificador da conta (AC…)", "Account identifier (AC…)"),
        Setting("auth_token", "Chave da conta (Auth Token)", "Account key (Auth Token)", secret=True),
        Setting(
            "sender",
            "Número ou nome que envia, ou o serviço de mensagens (MG…)",
            "Number or name that sends, or the Messaging Service (MG…)",
        ),
        _base_url("https://api.twilio.com"),
    ),
    _twilio,
)
ZENVIA: Final = Kind(
    "sms_zenvia",
    "SMS pela Zenvia (API v2)",
    "SMS by Zenvia (API v2)",
    SMS,
    (
        Setting("api_token", "Token da API (X-API-TOKEN)", "API token (X-API-TOKEN)", secret=True),
        Setting("sender", "Remetente da integração de SMS", "Sender of the SMS integration"),
        CALLBACK_SECRET,
        _base_url("https://api.zenvia.com"),
    ),
    _zenvia,
)
INFOBIP: Final = Kind(
    "sms_infobip",
    "SMS pela Infobip (API v3)",
    "SMS by Infobip (API v3)",
    SMS,
    (
        Setting("api_key", "Chave da API (App)", "API key (App)", secret=True),
        Setting("sender", "Remetente", "Sender"),
        CALLBACK_SECRET,
        _base_url("https://api.infobip.com"),
    ),
    _infobip,
)
KINDS: Final[tuple[Kind, ...]] = (TWILIO, ZENVIA, INFOBIP)
