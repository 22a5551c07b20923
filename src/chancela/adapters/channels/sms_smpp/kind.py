"""SMS by SMPP 3.4, as an operator adds it: what a message centre tells its customers, and what is taken for granted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chancela.adapters.channels.contract import Kind, Setting
from chancela.domain.delivery import Channel

if TYPE_CHECKING:
    from chancela.adapters.channels.contract import Carrier, Setup

SETTINGS: Final = (
    Setting("host", "endereço da central de mensagens", "address of the message centre"),
    Setting(
        "port", "porta (sem ela: 3550 com TLS, 2775 sem)", "port (without it: 3550 with TLS, 2775 without)", default=""
    ),
    Setting("tls", "TLS: required ou off (só por VPN)", "TLS: required or off (only over a VPN)", default="required"),
    Setting("system_id", "usuário (system_id)", "user (system_id)"),
    Setting("password", "senha, até 8 caracteres", "password, at most 8 characters", secret=True),
    Setting("system_type", "system_type, se a central pedir", "system_type, where the centre asks for one", default=""),
    Setting(
        "bind",
        "transceiver ou separate (duas conexões)",
        "transceiver or separate (two connections)",
        default="transceiver",
    ),
    Setting("source", "remetente: número curto, +55… ou nome", "sender: short code, +55… or a name"),
    Setting("source_ton", "TON do remetente (sem ele: deduzido)", "the sender's TON (without it: derived)", default=""),
    Setting("source_npi", "NPI do remetente (sem ele: deduzido)", "the sender's NPI (without it: derived)", default=""),
    Setting(
        "replies", "respostas chegam: yes ou no", "answers reach us: yes or no (without it: not to a name)", default=""
    ),
    Setting(
        "alphabet",
        "alfabeto da central: gsm7, latin1 ou ascii",
        "the centre's alphabet: gsm7, latin1 or ascii",
        default="gsm7",
    ),
    Setting(
        "receipt_ids",
        "números nos recibos: as_given, ou hex/decimal se a resposta ao envio usa a outra base",
        "ids in receipts: as_given, or hex/decimal where the answer to a message uses the other base",
        default="as_given",
    ),
    Setting("window", "mensagens sem resposta ao mesmo tempo", "messages unanswered at a time", default="16"),
    Setting("per_second", "mensagens por segundo (0: sem limite)", "messages per second (0: no limit)", default="0"),
    Setting(
        "enquire_s",
        "silêncio até perguntar se há alguém (s)",
        "silence before asking whether anyone is there (s)",
        default="30",
    ),
    Setting("answer_s", "espera por uma resposta (s)", "how long an answer is waited for (s)", default="10"),
)


def _build(setup: Setup) -> Carrier:
    from chancela.adapters.channels.sms_smpp.carrier import SmppCarrier

    return SmppCarrier(setup)


KIND: Final = Kind(
    name="sms_smpp",
    portuguese="SMS por SMPP 3.4",
    english="SMS by SMPP 3.4",
    channels=frozenset({Channel.SMS}),
    settings=SETTINGS,
    build=_build,
)
