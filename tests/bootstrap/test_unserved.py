"""Which channels nothing carries: what an operator did not set up, and the installation has not either."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chancela.bootstrap import carriers
from chancela.bootstrap.app import App
from chancela.domain.delivery import Channel

if TYPE_CHECKING:
    from chancela.bootstrap.settings import Settings
    from tests.cast import Tenant


async def test_what_neither_operator_nor_installation_set_up_goes_out_by_no_channel(settings: Settings, cambui: Tenant):
    async with App(replace(settings, demo=False, smtp_url=None)) as app:
        assert await carriers.unserved(app, cambui.ans) == frozenset(Channel)
    async with App(replace(settings, demo=False, smtp_url="smtp://127.0.0.1")) as app:
        assert await carriers.unserved(app, cambui.ans) == frozenset(Channel) - {Channel.EMAIL}
    async with App(settings) as app:
        assert await carriers.unserved(app, cambui.ans) == frozenset()
