"""An operation: one call of the contract, with all that serving it, describing it and testing it need to know."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from chancela.api.call import Call
from chancela.api.replies import Reply, Stream

if TYPE_CHECKING:
    from chancela.api.faults import Fault
    from chancela.domain.refusal import Refusal

Run = Callable[[Call], Awaitable[Reply | Stream]]


@dataclass(frozen=True, slots=True)
class Gives:
    """An answer: its status, its shape (a text where there is none), its headers, and its media type.

    Several media types stand between commas, none where the answer has no body.
    """

    status: int = 200
    shape: type[msgspec.Struct] | None = None
    media_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    says: str = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of the query, with its JSON schema."""

    name: str
    says: str
    schema: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One call; `scope` is None where anyone may call, `takes` where there is no JSON body of a shape of ours.

    `raw` are media types with the schemas of bodies that are read as they come; what changes something needs one.
    """

    name: str
    method: Literal["GET", "POST", "DELETE"]
    path: str
    run: Run
    does: str
    gives: tuple[Gives, ...]
    scope: str | None = None
    takes: type[msgspec.Struct] | None = None
    takes_nothing: bool = False
    examples: Mapping[str, Any] = field(default_factory=dict)
    parameters: tuple[Parameter, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    faults: tuple[Fault, ...] = ()
    changes: bool = False
    form: Mapping[str, Any] | None = None
    raw: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
