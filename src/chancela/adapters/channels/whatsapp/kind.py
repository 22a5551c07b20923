"""WhatsApp as a kind of carrier: what an operator must know of its number at Meta before a code can go out by it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chancela.adapters.channels.contract import Kind, Setting
from chancela.domain.delivery import Channel

if TYPE_CHECKING:
    from chancela.adapters.channels.contract import Carrier, Setup

SETTINGS: Final = (
    Setting("phone_number_id", "o identificador do número na Meta", "the number's id at Meta"),
    Setting(
        "template", "o nome do modelo de autenticação aprovado", "the name of the approved authentication template"
    ),
    Setting("language_pt", "o idioma do modelo em português", "the template's language in Portuguese", default="pt_BR"),
    Setting("language_en", "o idioma do modelo em inglês", "the template's language in English", default="en_US"),
    Setting("version", "a versão da API da Meta", "the version of Meta's API", default="v24.0"),
    Setting("base_url", "o endereço da API", "the address of the API", default="https://graph.facebook.com"),
    Setting("access_token", "o token de acesso permanente", "the permanent access token", secret=True),
    Setting("app_secret", "a chave secreta do aplicativo", "the secret of the app that signs webhooks", secret=True),
    Setting("verify_token", "o token que confirma o webhook", "the token that confirms the webhook", secret=True),
)


def _build(setup: Setup) -> Carrier:
    from chancela.adapters.channels.whatsapp.carrier import WhatsAppCarrier

    return WhatsAppCarrier(setup)


KIND: Final = Kind(
    name="whatsapp",
    portuguese="WhatsApp, pela Cloud API da Meta",
    english="WhatsApp, by Meta's Cloud API",
    channels=frozenset({Channel.WHATSAPP}),
    settings=SETTINGS,
    build=_build,
)
