"""An operator's logo: shown to people, put and removed by whoever runs the installation."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, UUID, uuid5

from chancela.adapters.postgres.logos import Logos
from chancela.domain import logo as logos
from chancela.domain.trail import Event, EventKind

if TYPE_CHECKING:
    from chancela.bootstrap.app import App
    from chancela.domain.logo import Fault, Logo


async def find(app: App, operator: str) -> Logo | None:
    """Return the operator's logo, or None."""
    return await Logos(app.pool).find(operator)


async def put(app: App, operator: str, content: bytes, actor: str) -> Logo | Fault:
    """Put a picture in the place of the operator's logo, or say why it is not taken; the same one changes nothing."""
    found = logos.read(content)
    if not isinstance(found, logos.Fault):
        await Logos(app.pool).put(operator, found, _event(operator, actor, found.version), app.head_mac)
    return found


async def remove(app: App, operator: str, actor: str) -> bool:
    """Remove the operator's logo; False where there is none."""
    return await Logos(app.pool).remove(operator, _event(operator, actor, None), app.head_mac)


def subject(operator: str) -> UUID:
    """Return the id by which the trail knows an operator's logo."""
    return uuid5(NAMESPACE_URL, f"urn:chancela:operator:{operator}:logo")


def _event(operator: str, actor: str, version: str | None) -> Event:
    return Event(EventKind.LOGO_CHANGED, subject(operator), actor, {"version": version})
