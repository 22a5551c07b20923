"""E-mail as a kind of carrier: an operator's own relay, and the secret with which its mail comes back to us."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chancela.adapters.channels.contract import Kind, Setting
from chancela.domain.delivery import Channel

if TYPE_CHECKING:
    from chancela.adapters.channels.contract import Carrier, Setup

SETTINGS: Final = (
    Setting("host", "o servidor SMTP", "the SMTP server"),
    Setting("port", "a porta do servidor", "the server's port", default="587"),
    Setting(
        "tls",
        "required (STARTTLS), implicit (TLS desde o início), offered ou off",
        "required (STARTTLS), implicit (TLS from the first byte), offered or off",
        default="required",
    ),
    Setting("user", "o usuário, se o servidor pede", "the user, where the server asks for one", default=""),
    Setting("password", "a senha do usuário", "the user's password", secret=True, default=""),
    Setting("sender", "o endereço do remetente", "the sender's address"),
    Setting(
        "dsn",
        "on pede ao servidor que confirme cada entrega (RFC 3461)",
        "on asks the server to confirm each delivery (RFC 3461)",
        default="off",
    ),
    Setting(
        "replies",
        "on se as respostas dos beneficiários também nos são encaminhadas",
        "on where people's answers are passed on to us as well",
        default="off",
    ),
    Setting(
        "receipts_secret",
        "o segredo de quem nos encaminha devoluções e respostas",
        "the secret of whoever passes returned mail and answers on to us",
        secret=True,
    ),
)


def _build(setup: Setup) -> Carrier:
    from chancela.adapters.channels.email import account

    return account.carrier(setup)


KIND: Final = Kind(
    name="email",
    portuguese="e-mail, por um servidor SMTP",
    english="e-mail, by an SMTP server",
    channels=frozenset({Channel.EMAIL}),
    settings=SETTINGS,
    build=_build,
)
