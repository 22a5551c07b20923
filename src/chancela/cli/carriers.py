"""`chancela carrier`: who sends for an operator; added, tried, looked at, switched on and off."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chancela.cli import given, home, tables
from chancela.cli.options import Data, Operator
from chancela.domain.delivery import Channel

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from chancela.bootstrap.app import App
    from chancela.bootstrap.carrier_desk import Kept, Standing
    from chancela.bootstrap.carrier_trial import Turn

app = typer.Typer(no_args_is_help=True, help="Add, try, list and switch the carriers of an operator.")
Name = Annotated[str, typer.Option(help="What the operator calls it: small letters, digits and hyphens.")]
SILENT = (
    "No receipt came within {s:g} s. The message may still arrive. Check that the company calls the receipts address "
    "shown by `chancela carrier list`, that it can reach it from the internet, and that the worker or server runs.\n"
    "Nenhum recibo chegou em {s:g} s. A mensagem ainda pode chegar. Confira se a empresa chama o endereço de recibos "
    "mostrado por `chancela carrier list`, se ele é alcançável pela internet e se o servidor e o worker estão no ar."
)


@app.command()
def add(
    operator: Operator,
    kind: Annotated[str, typer.Option(help="What it is; `chancela carrier kinds` lists them.")],
    name: Name,
    channel: Annotated[Channel | None, typer.Option(help="What it carries, where its kind leaves a choice.")] = None,
    setting: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="One of the kind's settings; repeat it.")
    ] = None,
    secret: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME[=VALUE]", help="A secret: NAME=@FILE reads it, NAME=@- from the input, NAME alone asks."
        ),
    ] = None,
    weight: Annotated[int | None, typer.Option(help="Its share beside others of its channel, 1 to 1000.")] = None,
    cost: Annotated[str | None, typer.Option(metavar="REAIS", help="What a message costs, as 0.08 or 0,08.")] = None,
    daily_cap: Annotated[str | None, typer.Option(metavar="REAIS", help="What it may cost in a day.")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Change a carrier; what is not given stays.")] = False,
    data: Data = None,
) -> None:
    """Add a carrier to an operator, or change one; its secrets are sealed under the key file."""
    from chancela.bootstrap import carrier_desk

    wish = carrier_desk.Wish(
        operator,
        name,
        kind,
        channel,
        given.settings(setting or []),
        given.secrets(kind, secret or [], ask=not replace),
        weight,
        given.millis("--cost", cost),
        given.millis("--daily-cap", daily_cap),
        replace,
    )

    async def added(desk: App) -> Kept:
        return await carrier_desk.add(desk, wish, home.actor())

    _tell(_run(data, added))


@app.command("list")
def list_carriers(operator: Operator, data: Data = None) -> None:
    """List an operator's carriers with today's numbers; no secret is ever shown."""
    from chancela.bootstrap import carrier_desk

    async def listed(desk: App) -> list[tuple[str, ...]]:
        found = await carrier_desk.standings(desk, operator, datetime.now(UTC))
        return [(*_line(each), await carrier_desk.listens(desk, each.entry) or "-") for each in found]

    titles = ("name", "kind", "channel", "weight", "cost", "daily cap", "state", "sent", "delivered", "failed", "spent")
    tables.say((*titles, "p50", "p95", "receipts address"), _run(data, listed))


@app.command("test")
def try_out(
    operator: Operator,
    name: Name,
    to: Annotated[str, typer.Option(help="A phone number, an e-mail address or, for the app, a card number.")],
    wait: Annotated[float, typer.Option(min=0, max=3600, help="How many seconds to wait for a receipt.")] = 60.0,
    data: Data = None,
) -> None:
    """Send a real test message, which holds no code, and show its receipt as it arrives."""
    from chancela.bootstrap import carrier_trial

    async def tried(desk: App) -> bool:
        good = False
        async for turn in carrier_trial.attempt(desk, operator, name, to, wait):
            text, good = _turn(turn)
            print(text, flush=True)
        return good

    if not _run(data, tried):
        raise typer.Exit(1)


@app.command()
def enable(operator: Operator, name: Name, data: Data = None) -> None:
    """Let a carrier send again; workers notice within seconds."""
    _switch(data, operator, name, enabled=True)


@app.command()
def disable(operator: Operator, name: Name, data: Data = None) -> None:
    """Let a carrier send nothing more, and believe nothing that is told in its name; its settings stay."""
    _switch(data, operator, name, enabled=False)


@app.command()
def kinds(kind: Annotated[str | None, typer.Argument(help="One kind, with all that it asks.")] = None) -> None:
    """List the kinds of carrier or, of one, each setting with its meaning."""
    from chancela.bootstrap import carriers

    known = carriers.kinds()
    if kind is None:
        rows = [(each.name, " ".join(sorted(each.channels)), each.english, each.portuguese) for each in known.values()]
        tables.say(("kind", "carries", "what it is", "o que é"), sorted(rows))
        return
    if kind not in known:
        raise home.Sorry(f"There is no kind {kind!r}; there are {', '.join(sorted(known))}.")
    settings = [
        (f"--{'secret' if each.secret else 'set'} {each.name}", _default(each.default), each.english, each.portuguese)
        for each in known[kind].settings
    ]
    tables.say(("setting", "default", "what it is", "o que é"), settings)


def _switch(data: Path | None, operator: str, name: str, *, enabled: bool) -> None:
    from chancela.bootstrap import carrier_desk

    async def switched(desk: App) -> Any:
        return await carrier_desk.switch(desk, operator, name, enabled=enabled, actor=home.actor())

    _run(data, switched)
    print(f"{name} is {'enabled' if enabled else 'disabled'}.")


def _tell(kept: Kept) -> None:
    entry = kept.entry
    print(f"{entry.name} carries {entry.channel} for {entry.operator} by {entry.kind}.")
    if kept.receipts_url:
        print(f"receipts address        {kept.receipts_url}")
        print("Give it to the company where it asks whither delivery reports and answers are sent.")
    if kept.push_key:
        print(f"application server key  {kept.push_key}")
        print("Browsers need it to subscribe; it is public.")
    print(f"Try it: chancela carrier test --operator {entry.operator} --name {entry.name} --to …")


def _line(standing: Standing) -> tuple[str, ...]:
    entry, day, arrival = standing.entry, standing.day, standing.arrival
    found = standing.state.state if standing.state else "-"
    cap = given.reais(entry.daily_cap_millis) if entry.daily_cap_millis else "-"
    return (
        *(entry.name, entry.kind, entry.channel.value, str(entry.weight), given.reais(entry.cost_millis), cap),
        found if entry.enabled else "disabled",
        *(str(day.sent), str(day.delivered), str(day.failed), given.reais(day.spent_millis)),
        *((f"{arrival.p50_s:.1f} s", f"{arrival.p95_s:.1f} s") if arrival else ("-", "-")),
    )


def _turn(turn: Turn) -> tuple[str, bool]:
    """Return what is said of a turn, and whether all would be well if it were the last."""
    from chancela.bootstrap import carrier_trial as trial
    from chancela.domain.delivery import DeliveryState

    match turn:
        case trial.Taken(carrier_id, tells):
            rest = "waiting for its receipt" if tells else "it tells no receipts: look at the phone or mailbox"
            return f"taken      {carrier_id}; {rest}", not tells
        case trial.Told(state, failure):
            good = state is DeliveryState.DELIVERED
            return f"{state.value.replace('_', ' '):<10} {failure or ''}".rstrip(), good
        case trial.Refused(reason, permanent, ours):
            whose = (
                "check the settings and secrets" if ours else "check the address" if permanent else "try again later"
            )
            return f"refused    {reason}: {whose}", False
        case trial.Silence(waited_s):
            return SILENT.format(s=waited_s), False


def _default(default: str | None) -> str:
    return "needed" if default is None else default or "-"


def _run(data: Path | None, deed: Callable[[App], Awaitable[Any]]) -> Any:
    from chancela.bootstrap.app import App
    from chancela.bootstrap.carrier_desk import DeskError

    async def run(found: Any) -> Any:
        async with App(found) as desk:
            return await deed(desk)

    with home.opened(data) as found:
        try:
            return asyncio.run(run(found))
        except DeskError as fault:
            raise home.Sorry(str(fault)) from None
