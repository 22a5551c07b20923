"""Any gateway that Apprise knows: one letter, one URL, and a yes or a no."""

from __future__ import annotations

import asyncio
import logging
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from apprise import Apprise, AppriseAsset, NotifyFormat

from chancela.adapters.channels.contract import Capabilities, ChannelFailure, SetupError
from chancela.adapters.channels.other import gateways

if TYPE_CHECKING:
    from chancela.adapters.channels.contract import Letter, Setup

AT_ONCE: Final = 4
PATIENCE_S: Final = 30.0
ANSWER_S: Final = 20.0
TALKATIVE: Final = ("apprise", "urllib3")  # their lines hold URLs with secrets, numbers and texts


@dataclass(slots=True)
class OtherCarrier:
    """Sends by one URL; `answer_s` is how long the gateway may take, in seconds.

    Apprise sends from threads of its own. One that is given up may still send: the letter passes, and may come twice.
    """

    setup: Setup
    answer_s: float = ANSWER_S
    _url: str = field(init=False, repr=False)
    _asset: AppriseAsset = field(init=False, repr=False)

    def __post_init__(self) -> None:
        hush()
        if not self.setup.secrets.get("url"):
            raise SetupError("url must be given")
        self._url = gateways.checked(self.setup.secrets["url"])
        self._asset = AppriseAsset(http_redirects=False, pgp_autogen=False, pem_autogen=False)
        if not self._understood():
            raise SetupError("url is not one that Apprise understands")

    @property
    def name(self) -> str:
        """The name that the operator gave it."""
        return self.setup.name

    @property
    def capabilities(self) -> Capabilities:
        """The operator's channel; the gateway's yes is the last that is heard."""
        return Capabilities(frozenset({self.setup.channel}), AT_ONCE, PATIENCE_S)

    async def send(self, letter: Letter) -> str:
        """Send and return the letter's own id; Apprise says no more than yes or no, and a no passes."""
        url = gateways.addressed(self._url, letter.address or "")
        if url is None:
            raise ChannelFailure("no address", permanent=True)
        gateway, service = Apprise(asset=self._asset), Apprise.instantiate(url, asset=self._asset)
        if service is None or not gateway.add(service):
            raise ChannelFailure("gateway: no such address", permanent=True)
        try:
            async with asyncio.timeout(self.answer_s):
                taken = await gateway.async_notify(
                    body=letter.message.text, title=letter.message.subject or "", body_format=NotifyFormat.TEXT
                )
        except TimeoutError:
            raise ChannelFailure("gateway: no answer in time", permanent=False) from None
        if not taken:
            raise ChannelFailure("gateway refused", permanent=False)
        return str(letter.id)

    async def close(self) -> None:
        """Nothing is held open."""

    def _understood(self) -> bool:
        """Tell whether the URL is one for a number or an e-mail; the library loads all its gateways with the first."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # it touches a part of Python that 3.13 leaves out
            urls = [gateways.addressed(self._url, each) for each in gateways.EXAMPLES]
            return any(Apprise.instantiate(each, asset=self._asset) for each in urls if each)


def hush() -> None:
    """Let nothing that Apprise or its transport logs leave them, at any level."""
    for name in TALKATIVE:
        logger = logging.getLogger(name)
        logger.propagate = False
        logger.setLevel(logging.CRITICAL + 1)
        logger.handlers[:] = [logging.NullHandler()]
