"""What each company's protocol can do for the carrier: say what is posted, read the answer, read a call of theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from chancela.adapters.channels.contract import Call, Heard, Letter
    from chancela.adapters.channels.twilio.wire import Answer, Request


class Company(Protocol):
    """One company's published protocol for SMS."""

    @property
    def name(self) -> str:
        """The company, as failures name it."""
        ...

    def request(self, letter: Letter) -> Request:
        """Return what is posted for a letter; one without a phone number raises ChannelFailure."""
        ...

    def taken(self, answer: Answer) -> str:
        """Return the company's id for a letter that was taken, or raise ChannelFailure."""
        ...

    def told(self, call: Call) -> Heard:
        """Return what a call tells; one that is not theirs raises ForgedCallError, nonsense BadCallError."""
        ...
