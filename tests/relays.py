"""An SMTP server in the test's own loop: what it is told to answer it answers, what it takes it keeps."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import email
import ipaddress
import ssl
from collections import Counter
from dataclasses import dataclass, field
from email import policy
from typing import TYPE_CHECKING, Any

from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from email.message import EmailMessage
    from pathlib import Path


@dataclass
class RelayServer:
    """Answers for RCPT by address, `data` for the end of each message; `drop` hangs up instead.

    With `dsn` it offers the extension of RFC 3461 and keeps what it was asked for; `report` is what it would send back.
    """

    rcpt: dict[str, str] = field(default_factory=dict)
    data: str = "250 2.0.0 taken"
    delay_s: float = 0.0
    drop: bool = False
    dsn: bool = False
    wishes: list[tuple[str, str]] = field(default_factory=list)
    port: int = 0
    connections: int = 0
    encrypted: list[bool] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)
    taken: list[EmailMessage] = field(default_factory=list)
    tried: Counter[str] = field(default_factory=Counter)

    async def handle_EHLO(self, server: Any, session: Any, envelope: Any, hostname: str, responses: Any) -> Any:  # noqa: N802
        session.host_name = hostname
        return [*responses[:-1], "250-DSN", responses[-1]] if self.dsn else responses

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        answer = self.rcpt.get(address, "250 OK")
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
            self.wishes.append(
                (" ".join(each for each in envelope.mail_options if "SIZE" not in each), " ".join(options))
            )
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        mail = email.message_from_bytes(envelope.content, policy=policy.default)
        self.tried[str(mail["Message-ID"])] += 1
        await asyncio.sleep(self.delay_s)
        if self.drop:
            server.transport.abort()
            return "421 gone"
        if self.data.startswith("2"):
            self.taken.append(mail)
            self.encrypted.append(session.ssl is not None)
        return self.data

    def authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
        self.logins.append((given.login.decode(), given.password.decode()))
        return AuthResult(success=given.password == b"right", handled=False)


class Reporting(SMTP):
    """Takes the parameters of RFC 3461 where its relay offers them."""

    def _getparams(self, params: Any) -> Any:
        found = super()._getparams(params)
        offered = {"ENVID", "RET", "NOTIFY", "ORCPT"} if self.event_handler.dsn else set()
        return {name: value for name, value in found.items() if name not in offered} if found is not None else None


def report(
    action: str,
    status: str,
    *,
    envelope_id: str | None = None,
    returned: str | None = None,
    whole: bool = False,
    to: str = "ana@example.com",
) -> bytes:
    """A delivery status notification as a relay writes it (RFC 3464): `returned` is the Message-ID that came back."""
    back = f"Message-ID: {returned}\nSubject: Codigo\nTo: {to}\n" if returned else f"To: {to}\n"
    lines = [
        "From: MAILER-DAEMON@relay.example (Mail Delivery System)",
        "To: codigos@aurora.example",
        "Subject: Undelivered Mail Returned to Sender",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="=_1"',
        "",
        "--=_1",
        "Content-Type: text/plain; charset=us-ascii",
        "",
        f"<{to}>: host mail.example.com said: {status} no",
        "",
        "--=_1",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; relay.example",
        *([f"Original-Envelope-Id: {envelope_id}"] if envelope_id else []),
        "Arrival-Date: Fri, 20 Nov 2026 09:00:00 -0300",
        "",
        f"Final-Recipient: rfc822; {to}",
        f"Action: {action}",
        f"Status: {status}",
        f"Diagnostic-Code: smtp; 550 {status} <{to}> unknown",
        "",
        "--=_1",
        "Content-Type: message/rfc822" if whole else "Content-Type: text/rfc822-headers",
        "",
        *back.splitlines(),
        *(["", "Seu codigo"] if whole else []),
        "--=_1--",
        "",
    ]
    return "\r\n".join(lines).encode()


@contextlib.asynccontextmanager
async def listening(
    relay: RelayServer, tls: ssl.SSLContext | None = None, **options: Any
) -> AsyncIterator[RelayServer]:
    """Let it listen on a free port of this machine."""
    loop = asyncio.get_running_loop()
    spoken: list[SMTP] = []

    def speak() -> SMTP:
        relay.connections += 1
        spoken.append(Reporting(relay, hostname="relay.example", tls_context=tls, loop=loop, **options))
        return spoken[-1]

    server = await loop.create_server(speak, "127.0.0.1", 0)
    relay.port = server.sockets[0].getsockname()[1]
    try:
        yield relay
    finally:
        server.close()
        for each in spoken:
            if each.transport is not None:
                with contextlib.suppress(AttributeError):  # older Pythons know no end of TLS that is over already
                    each.transport.abort()
        await server.wait_closed()
        await asyncio.sleep(0)


def certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Make a certificate for 127.0.0.1 and here.example; return the server's context and one that trusts it."""
    here = [x509.IPAddress(ipaddress.ip_address("127.0.0.1")), x509.DNSName("here.example")]
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(here), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "relay.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)
    trusting = ssl.create_default_context(cadata=made.public_bytes(serialization.Encoding.PEM).decode())
    return server, trusting
