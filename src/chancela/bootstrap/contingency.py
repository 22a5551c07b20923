"""Contingency numbers at the edges: signed lists, and what a provider has left, used, or must correct."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cryptography.fernet import Fernet, InvalidToken

from chancela.adapters.postgres.block_reads import BlockReads
from chancela.domain import block as blocks, permissions
from chancela.domain.permissions import Permission

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from chancela.bootstrap.app import App
    from chancela.domain.block import Block
    from chancela.domain.permissions import Actor
    from chancela.domain.reconcile import Brought

TYP: Final = "chancela-block+jwt"
KEPT_S: Final = 7200  # for how long what was typed may be looked over before it is brought in


@dataclass(frozen=True, slots=True)
class Shelf:
    """A provider's numbers: the lists that hold, the free ones of them, and the records that wait to be corrected."""

    blocks: tuple[Block, ...]
    free: tuple[str, ...]
    to_correct: tuple[Brought, ...]
    now: datetime


def signed(app: App, block: Block) -> str:
    """Return the block as a compact JWS, which anyone verifies with the public keys alone."""
    return app.keys.sign(blocks.claims(block), TYP)


async def shelf(app: App, actor: Actor) -> Shelf:
    """Return what a provider's desk has, nothing for whoever is of no provider."""
    code = actor.provider or ""
    if not permissions.may_for(actor, Permission.TAKE_BLOCK, code):
        code = ""
    found = await BlockReads(app.pool).of_provider(actor.operator, code)
    left = blocks.free(found.blocks, found.used, found.now)
    return Shelf(found.blocks, left, found.to_correct, found.now)


def sealed(app: App, actor: Actor, codes: Mapping[str, str]) -> str:
    """Return codes as they were typed, by their contingency number, closed for the page that will send them."""
    return _box(app).encrypt(json.dumps([_owner(actor), dict(codes)]).encode()).decode("ascii")


def opened(app: App, actor: Actor, text: str) -> dict[str, str]:
    """Return the codes of a page of this actor's; nothing of what is altered, another's, or older than two hours."""
    try:
        owner, codes = json.loads(_box(app).decrypt(text.encode(), ttl=KEPT_S))
    except (InvalidToken, UnicodeEncodeError):
        return {}
    return dict(codes) if owner == _owner(actor) else {}


def _owner(actor: Actor) -> str:
    return f"{actor.operator}|{actor.provider}|{actor.name}"


def _box(app: App) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(app.keys.secret("contingency page")))
