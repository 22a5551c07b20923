"""Passkeys at the edge: asking a browser for one, taking its answer to the deed that judges it, and listing them."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from chancela.adapters.postgres import passkeys as store
from chancela.bootstrap import door, passkey_ceremony as ceremony, slips
from chancela.bootstrap.passkey_ceremony import Owner
from chancela.domain.passkey import Ceremony, Passkey
from chancela.domain.refusal import Refusal, Refused
from chancela.usecases.ask_passkey import AskPasskey, Challenged
from chancela.usecases.end_passkey import EndPasskey
from chancela.usecases.enrol_passkey import EnrolPasskey
from chancela.usecases.enter_by_passkey import EnterByPasskey

if TYPE_CHECKING:
    from uuid import UUID

    from chancela.bootstrap.app import App
    from chancela.bootstrap.door import Session
    from chancela.bootstrap.passkey_ceremony import Answered, Site
    from chancela.domain.permissions import Actor
    from chancela.usecases.enter import Opened

SLIP: Final = "passkey slip"


@dataclass(frozen=True, slots=True)
class Asked:
    """What `navigator.credentials` is asked, in JSON's words; `slip` is what the answer must bring."""

    options: dict[str, Any] = field(repr=False)
    slip: str = field(repr=False)


async def ask_to_enrol(app: App, at: Session, where: Site, place: str) -> Asked | Refused:
    """Ask the browser of somebody signed in for a new passkey; `place` is the address that asks."""
    found = await _challenged(app, at.actor, Ceremony.ENROL, place)
    if isinstance(found, Refused):
        return found
    ans, me = at.actor.operator, at.person.beneficiary
    operator = await app.reads.operator(ans)
    house = operator.name if operator else ans
    owner = Owner(_handle(app, ans, me.id), f"{me.name} · {house}", me.name)
    options = ceremony.to_enrol(where, owner, found.held, found.secret)
    return Asked(options, slips.of(app.keys, SLIP, ans, found.id))


async def enrol(app: App, at: Session, where: Site, slip: str | None, answer: str, name: str) -> Passkey | Refused:
    """Enrol the passkey of an answer for whoever is signed in."""
    challenge_id = slips.named(app.keys, SLIP, at.actor.operator, slip or "")
    proved = ceremony.enrolled(where, answer)
    if challenge_id is None or proved is None:
        return Refused(Refusal.PASSKEY_REFUSED)
    credential, key = proved.credential_id, proved.public_key
    command = EnrolPasskey(at.actor, challenge_id, proved.secret, credential, key, proved.sign_count, name)
    outcome: Passkey | Refused = await app.do(command)
    return outcome


async def ask_to_enter(app: App, ans: str, where: Site, place: str, at: Session | None = None) -> Asked | Refused:
    """Ask a browser for a passkey: a stranger's for any, so that nothing tells who has one; else for one's own."""
    found = await _challenged(app, at.actor if at else door.stranger(ans), Ceremony.ENTER, place)
    if isinstance(found, Refused):
        return found
    options = ceremony.to_enter(where, found.held, found.secret)
    return Asked(options, slips.of(app.keys, SLIP, ans, found.id))


async def enter(
    app: App, ans: str, where: Site, slip: str | None, answer: str, device: str, at: Session | None = None
) -> Opened | Refused:
    """Open a session by an answer, for this visit; or renew `at`, for as long as it would have stayed."""
    challenge_id = slips.named(app.keys, SLIP, ans, slip or "")
    proved = await _proved(app, ans, where, answer, at)
    if challenge_id is None or proved is None:
        return Refused(Refusal.PASSKEY_REFUSED)
    who, replaces, stays = (at.actor, at.id, at.stays) if at else (door.stranger(ans), None, False)
    credential, count = proved.credential_id, proved.sign_count
    command = EnterByPasskey(who, challenge_id, proved.secret, credential, count, device, stays, replaces)
    outcome: Opened | Refused = await app.do(command)
    return outcome


async def listed(app: App, at: Session) -> tuple[Passkey, ...]:
    """Return the person's own live passkeys, the oldest first."""
    return await store.listed(app.pool, at.actor.operator, at.person.beneficiary.id)


async def end(app: App, at: Session, passkey_id: UUID) -> Passkey | Refused:
    """End one of the person's own passkeys."""
    outcome: Passkey | Refused = await app.do(EndPasskey(at.actor, passkey_id))
    return outcome


async def _challenged(app: App, who: Actor, what: Ceremony, place: str) -> Challenged | Refused:
    origin = door.origin(app, who.operator, place)
    outcome: Challenged | Refused = await app.do(AskPasskey(who, what, origin))
    return outcome


async def _proved(app: App, ans: str, where: Site, answer: str, at: Session | None) -> Answered | None:
    """Return what an answer proves of a passkey that lives here, and whose owner it names (7.2, step 6)."""
    named = ceremony.credential(answer)
    known = await store.find(app.pool, ans, named) if named else None
    proved = ceremony.entered(where, answer, known) if known else None
    if known is None or proved is None:
        return None
    told = proved.handle is not None or at is None
    owned = hmac.compare_digest(proved.handle or b"", _handle(app, ans, known.beneficiary_id))
    return proved if owned or not told else None


def _handle(app: App, ans: str, beneficiary_id: UUID) -> bytes:
    """Return the 32 bytes by which authenticators know a person: neither a card nor a CPF can be read from them."""
    return app.keys.mac("passkey owner", f"{ans}|{beneficiary_id}".encode())
