"""What make docs draws from the code: each function yields the lines of one drawing."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import timedelta
from enum import StrEnum
from typing import Any

import typer.main

from chancela.api import access, app as api, problems
from chancela.api.faults import TOLD
from chancela.bootstrap import findings
from chancela.cli import main as main_of_cli
from chancela.domain import (
    absence,
    guia,
    permissions,
    policy,
    policy_limits,
    policy_proviso,
    profiles,
    sentences,
    staff,
)
from chancela.domain.refusal import Refusal


def diagram(moves: Mapping[StrEnum, Iterable[StrEnum]], births: Iterable[StrEnum]) -> Iterator[str]:
    """One state table as a Mermaid diagram; `births` are the states in which a guia may begin."""
    yield "```mermaid"
    yield "stateDiagram-v2"
    yield from (f"    [*] --> {state}" for state in births)
    for state, nexts in moves.items():
        yield from (f"    {state} --> {each}" for each in sorted(nexts))
        if not nexts:
            yield f"    {state} --> [*]"
    yield "```"


def authorisation() -> Iterator[str]:
    """What the operator says of a guia: analysis may give any answer but a cancellation."""
    births = [state for state in guia.Authorisation if state is not guia.Authorisation.CANCELLED]
    yield from diagram(guia.AUTHORISATION_MOVES, births)


def attendance() -> Iterator[str]:
    """What is known of the visit."""
    yield from diagram(guia.ATTENDANCE_MOVES, [guia.Attendance.NONE, guia.Attendance.AWAITING_TOKEN])


def shown(value: object) -> str:
    """A policy's value as a person reads it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, policy.Rung):
        needs = f" when {shown(value.needs)}" if value.needs else ""
        return f"{' + '.join(value.channels)}{needs}, {value.wait_s} s"
    if isinstance(value, absence.AbsenceRule):
        needs = f" with {' + '.join(value.needs)}" if value.needs else ""
        return f"{value.reason} as {value.tiss}{needs}, {value.leads}"
    if isinstance(value, policy.Age):
        return f"from {value.from_years}: own {value.own}, guardians {value.guardians}"
    if isinstance(value, policy.Quiet):
        return f"{shown(value.channels)} from {value.from_hour} to {value.until_hour} h"
    if isinstance(value, tuple):
        apart = (
            "; " if any(isinstance(each, policy.Rung | policy.Age | absence.AbsenceRule) for each in value) else ", "
        )
        return apart.join(map(shown, value)) or "–"
    if isinstance(value, timedelta):
        minutes = int(value.total_seconds() // 60)
        return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h"  # noqa: PLR2004 - minutes of an hour
    return str(value)


def policies() -> Iterator[str]:
    """Every field of a policy beside its value in each shipped profile."""
    shipped = list(profiles.SHIPPED.values())
    yield "| field | " + " | ".join(f"`{each.profile}`" for each in shipped) + " |"
    yield "|---" * (1 + len(shipped)) + "|"
    for field in fields(policy.Policy):
        if field.name != "profile":
            yield f"| `{field.name}` | " + " | ".join(shown(getattr(each, field.name)) for each in shipped) + " |"


def limits() -> Iterator[str]:
    """The least and the most of each field that has such, and whether a proviso may depart from it."""
    yield "| field | least | most | a proviso may depart |"
    yield "|---|---|---|---|"
    bounds = {**policy_limits.NUMBERS, **policy_limits.LENGTHS}
    for name in (each.name for each in fields(policy.Policy)):
        least, most = bounds.get(name, ("–", "–"))
        departs = "fewer alone" if name in policy_proviso.STRICTER else shown(name in policy_proviso.NAMES)
        if name != "profile":
            yield f"| `{name}` | {shown(least)} | {shown(most)} | {departs} |"


def calls() -> Iterator[str]:
    """Every call of the machine edge, with the scope it needs and the status of its answer."""
    yield "| call | what it does | scope | answer |"
    yield "|---|---|---|---|"
    for each in api.OPERATIONS:
        answer = each.gives[0].status
        yield f"| `{each.method} {each.path}` | {each.does} | {f'`{each.scope}`' if each.scope else '–'} | {answer} |"


def scopes() -> Iterator[str]:
    """Every scope that a client may ask for."""
    yield from (f"- `{scope}`: {meaning}" for scope, meaning in access.SCOPES.items())


def refusals() -> Iterator[str]:
    """Every refusal: its slug, its status and what it says to a person."""
    yield "| slug | status | Portuguese | English |"
    yield "|---|---|---|---|"
    for refusal in Refusal:
        portuguese, english = sentences.SENTENCES[refusal]
        yield f"| `{refusal}` | {problems.STATUSES[refusal][0]} | {portuguese} | {english} |"


def faults() -> Iterator[str]:
    """Every fault of a request itself: its slug, its status and what it says to a person."""
    yield "| slug | status | Portuguese | English |"
    yield "|---|---|---|---|"
    yield from (f"| `{fault}` | {told.status} | {told.portuguese} | {told.english} |" for fault, told in TOLD.items())


def permissions_of_everybody() -> Iterator[str]:
    """How far each permission reaches for each kind of actor, asked of the table's own predicates."""
    marks = {staff.Reach.ALL: "yes", staff.Reach.THEIRS: "theirs", staff.Reach.NONE: "–"}
    yield "| permission | " + " | ".join(permissions.ActorKind) + " |"
    yield "|---" * (1 + len(permissions.ActorKind)) + "|"
    for each in permissions.Permission:
        reached = (marks[staff.reach(kind, each)] for kind in permissions.ActorKind)
        yield f"| `{each}` | " + " | ".join(reached) + " |"


def contradictions() -> Iterator[str]:
    """Every way in which the tables may contradict the trail."""
    yield from (f"- {sentence}" for sentence in findings.CONTRADICTIONS.values())


def command_line() -> Iterator[str]:
    """Every command with its options, as the program itself explains them."""
    yield from described(typer.main.get_command(main_of_cli.app), "chancela", None)


def described(command: Any, name: str, parent: Any) -> Iterator[str]:
    """One command or, for a group, each of its commands."""
    here = command.context_class(command, info_name=name, parent=parent)
    if getattr(command, "commands", None):
        for each, inner in command.commands.items():
            yield from described(inner, each, here)
        return
    told = [record for each in command.params if (record := each.get_help_record(here))]
    values = [shown for shown, _ in told if not shown.startswith("-")]
    yield from ["", " ".join([f"## `{here.command_path}", *(each.split()[0].upper() for each in values)]) + "`", ""]
    yield command.help or ""
    if told:
        yield from ["", "| option | meaning |", "|---|---|"]
        yield from (f"| `{shown}` | {' '.join(meaning.split())} |" for shown, meaning in told)
