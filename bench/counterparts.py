"""The other ends of two real conversations, in a process of their own: an SMPP message centre and an SMTP relay."""

from __future__ import annotations

import asyncio
import sys

from aiosmtpd.smtp import SMTP

from tests.message_centre import message_centre

LINK_S = 0.02  # what an answer takes on the way from a centre in the same country


class Sink:
    """Takes every message and keeps none."""

    async def handle_DATA(self, *_: object) -> str:  # noqa: N802 - the library's name
        """Say yes."""
        return "250 2.0.0 taken"


async def serve() -> None:
    """Listen on two free ports of this machine and print them; end when the standard input does."""
    loop = asyncio.get_running_loop()
    async with message_centre(answer_after_s=LINK_S, receipt_after_s=LINK_S) as centre:
        relay = await loop.create_server(lambda: SMTP(Sink(), hostname="relay.example", loop=loop), "127.0.0.1", 0)
        print(centre.port, relay.sockets[0].getsockname()[1], flush=True)  # noqa: T201 - the parent reads it
        await loop.run_in_executor(None, sys.stdin.buffer.read)
        relay.close()


if __name__ == "__main__":
    asyncio.run(serve())
