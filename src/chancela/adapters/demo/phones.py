"""What is wrong with a demo phone: kept in one small file, so that the pages set it and the worker heeds it."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import msgspec

from chancela.domain.delivery import Channel

if TYPE_CHECKING:
    from pathlib import Path

FILE: Final = "phones.json"
MOBILE_LENGTH: Final = len("+5541900005949")
CALLED: Final = frozenset({Channel.VOICE})
WRITTEN: Final = frozenset({Channel.SMS, Channel.WHATSAPP, Channel.APP})


class Trouble(StrEnum):
    """What a phone does with messages; e-mail is read elsewhere and always comes."""

    NONE = "none"
    LOSES_SMS = "loses_sms"
    OFF = "off"


_DECODER: Final = msgspec.json.Decoder(dict[str, Trouble])


@dataclass(slots=True)
class Phones:
    """The phones that have a trouble, by card number; all others take what comes."""

    path: Path
    _seen: tuple[int, int] = (0, 0)
    _troubles: dict[str, Trouble] = field(default_factory=dict)

    def trouble(self, card_number: str) -> Trouble:
        """Return what is wrong with the phone of a card, as any process last set it."""
        return self._read().get(card_number, Trouble.NONE)

    def set(self, card_number: str, trouble: Trouble) -> None:
        """Let a phone behave so from now on."""
        known = {**self._read(), card_number: trouble}
        troubled = {card: each for card, each in known.items() if each is not Trouble.NONE}
        beside = self.path.with_suffix(f".{os.getpid()}")
        beside.write_bytes(msgspec.json.encode(troubled))
        beside.replace(self.path)

    def loses(self, card_number: str, channel: Channel, address: str | None) -> bool:
        """Tell whether a message is lost on its way; a landline (E.164, ten digits) rings whatever the mobile does."""
        match self.trouble(card_number):
            case Trouble.LOSES_SMS:
                return channel is Channel.SMS
            case Trouble.OFF:
                return channel in WRITTEN or (channel in CALLED and len(address or "") >= MOBILE_LENGTH)
            case _:
                return False

    def _read(self) -> dict[str, Trouble]:
        """Read the file where it changed; one that is damaged says nothing."""
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return {}
        if (found.st_mtime_ns, found.st_ino) != self._seen:
            self._seen = (found.st_mtime_ns, found.st_ino)
            try:
                self._troubles = _DECODER.decode(self.path.read_bytes())
            except (msgspec.MsgspecError, UnicodeDecodeError, FileNotFoundError):
                self._troubles = {}
        return self._troubles
