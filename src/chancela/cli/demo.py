"""The demo: database, invented operators, server and worker from one command, ended by Ctrl-C without a trace."""

from __future__ import annotations

import json
import os
import sys
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from chancela.cli import home, listening, serving
from chancela.cli.crew import Crew

if TYPE_CHECKING:
    import socket
    from pathlib import Path

    from chancela.bootstrap.settings import Settings

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked on the command line."""

    data: Path | None
    port: int
    people: int | None
    processes: int
    carrier_delay_ms: int
    as_json: bool


def run(wish: Wish) -> None:
    """Run until told to stop."""
    serving.stops_by_interrupt()
    crew = Crew()
    with listening.reserve(HOST, wish.port, shared=wish.processes > 1) as bound:
        home.check_keys(wish.data)
        threading.Thread(target=_load_ahead, name="load ahead", daemon=True).start()
        with home.opened(wish.data, must_exist=False) as found:
            try:
                settings = _settings(found, wish, listening.url(bound))
                home.django(settings)
                home.migrate(settings)
                crew.start("worker")
                serving.man(crew, bound, wish.processes, None)
                _furnish(settings, wish)
                _serve(settings, wish, bound, crew)
            finally:
                crew.stop()


def _settings(found: Settings, wish: Wish, url: str) -> Settings:
    address = os.environ.get("CHANCELA_PUBLIC_URL") or url
    return replace(found, demo=True, public_url=address, demo_carrier_delay_ms=wish.carrier_delay_ms)


def _load_ahead() -> None:
    """Load the large libraries while the database starts."""
    import litestar  # noqa: F401 - for its being loaded
    import uvicorn  # noqa: F401 - for its being loaded


def _furnish(settings: Settings, wish: Wish) -> None:
    from chancela.cli import furnishing

    new = furnishing.furnish(settings, wish.people)
    if new and wish.people is None:
        from chancela.cli import seeding

        seeding.seed(settings)
    if wish.people and not new:
        print("chancela: this demo has its people already; --people counts at its first start.", file=sys.stderr)


def _serve(settings: Settings, wish: Wish, bound: socket.socket, crew: Crew) -> None:
    from chancela.cli import furnishing

    entrances = furnishing.credentials(settings)

    def ready() -> None:
        crew.wait()
        operators = furnishing.told(settings, entrances)
        _say(_json(settings, operators) if wish.as_json else _summary(settings, operators))

    serving.until_the_end(crew, bound, wish.processes, None, ready)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _json(settings: Settings, operators: list[dict[str, Any]]) -> str:
    told = {"url": settings.public_url, "database_url": settings.database_url, "operators": operators}
    return json.dumps(told, ensure_ascii=False)


def _summary(settings: Settings, operators: list[dict[str, Any]]) -> str:
    lines = [
        "",
        f"  Chancela is open:  {settings.public_url}",
        "",
        "  Three invented operators, each with a clinic and with people of its own:",
        "",
    ]
    for each in operators:
        lines.append(f"  {each['ans']}  {each['name']}, {each['profile']}")
        for who, entrance in {"clinic": each["provider"], **each["roles"]}.items():
            lines.append(f"          {who:<15}{entrance['login']:<28}{entrance['password']}")
    return "\n".join([*lines, "", f"  Its data stays in {settings.data}", "  Ctrl-C ends it.", ""])
