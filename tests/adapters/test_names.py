"""Names that others chose: the system's own resolver is asked, and one that keeps silent holds up nothing else."""

from __future__ import annotations

import asyncio
import ipaddress
import os
import socket
import threading

from chancela.adapters import names


async def test_the_systems_own_resolver_is_asked():
    assert {ipaddress.ip_address(each).is_loopback for each in await names.addresses("localhost", 443)} == {True}


async def test_names_of_which_nothing_comes_hold_up_nothing_else(monkeypatch):
    heard, asked = threading.Event(), threading.Semaphore(0)

    def silent(*_: object, **__: object) -> list[object]:
        asked.release()
        heard.wait(30)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", silent)
    usual = min(32, (os.cpu_count() or 1) + 4)  # as many threads as everything else of the process shares
    waiting = [asyncio.create_task(names.addresses("slow.example", 443)) for _ in range(usual + 2)]
    try:
        async with asyncio.timeout(20):
            for _ in waiting:
                await asyncio.to_thread(asked.acquire)
            assert await asyncio.to_thread(lambda: "at once") == "at once"
    finally:
        heard.set()
    assert await asyncio.gather(*waiting) == [[]] * (usual + 2)
