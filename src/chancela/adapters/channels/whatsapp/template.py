"""A code in the words that Meta prescribes: an authentication template with a button that copies it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from chancela.adapters.channels.contract import ChannelFailure
from chancela.domain.message import BEARING

if TYPE_CHECKING:
    from chancela.adapters.channels.contract import Letter
    from chancela.adapters.channels.whatsapp.account import Account

E164: Final = re.compile(r"\+[1-9][0-9]{7,14}")


def request(letter: Letter, account: Account) -> dict[str, Any]:
    """Return the body of a request (Meta: Copy code authentication templates), or raise ChannelFailure for ever.

    The code stands twice, in the text and behind the button. The delivery's id comes back with each status.
    Authentication templates have no room for other words: a notice is refused, and so is a late code, which has to say
    of which day's visit it is.
    """
    if letter.message.purpose not in BEARING or not letter.message.code:
        raise ChannelFailure("no notices by this channel", permanent=True)
    if letter.message.visit_date is not None:
        raise ChannelFailure("no late codes by this channel", permanent=True)
    if not letter.address or not E164.fullmatch(letter.address):
        raise ChannelFailure("no address", permanent=True)
    code = [{"type": "text", "text": letter.message.code}]
    return {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": letter.address.removeprefix("+"),
        "type": "template",
        "template": {
            "name": account.template,
            "language": {"code": account.languages[letter.message.language]},
            "components": [
                {"type": "body", "parameters": code},
                {"type": "button", "sub_type": "url", "index": "0", "parameters": code},
            ],
        },
        "biz_opaque_callback_data": str(letter.id),
    }
