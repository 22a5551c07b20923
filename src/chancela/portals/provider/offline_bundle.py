"""What a desk's computer is given for hours without the portal: numbers of its own, reasons, procedures, guias."""

import asyncio
import base64
import functools
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

import segno
from django.shortcuts import resolve_url
from django.utils import timezone

from chancela.adapters.keys.envelope import Envelopes
from chancela.adapters.postgres import offline_desk
from chancela.bootstrap import contingency
from chancela.domain import guia as guias
from chancela.domain.analysis import CatalogueEntry
from chancela.domain.block import Block
from chancela.domain.guia import Kind, Status
from chancela.domain.people import masked_name
from chancela.domain.refusal import Refusal, Refused
from chancela.portals.design import words as shared
from chancela.portals.provider import lines, offline_shapes as shapes, offline_words, words
from chancela.portals.provider.door import Desk
from chancela.usecases.take_block import TakeBlock

MOST_PROCEDURES: Final = 300
MOST_GUIAS: Final = 50


@dataclass(frozen=True, slots=True)
class Drawn:
    """A QR as a computer draws it: modules a side, and a bit for each (rows, from the left), base64url."""

    side: int
    bits: str


@functools.lru_cache(maxsize=4096)
def drawn(address: str) -> Drawn:
    """Draw the QR of an address, each once."""
    matrix = segno.make(address, error="m", micro=False).matrix
    flat = "".join("1" if module else "0" for row in matrix for module in row)
    packed = int(flat.ljust(-(-len(flat) // 8) * 8, "0"), 2).to_bytes(-(-len(flat) // 8), "big")
    return Drawn(len(matrix), base64.urlsafe_b64encode(packed).decode("ascii").rstrip("="))


def owner(desk: Desk, machine: UUID) -> str:
    """To whom the envelopes of a computer are closed: none of them opens for another provider."""
    return f"{desk.operator.ans}|{desk.provider}|{machine}"


def account(desk: Desk) -> str:
    """A mark of who is signed in, by which a computer knows that it is another."""
    named = f"{desk.operator.ans}|{desk.provider}|{desk.user.username}"
    return desk.app.keys.mac("desk account", named.encode()).hex()[:16]


def of(desk: Desk) -> str:
    """Whose records a computer sends while this provider is signed in."""
    return f"{desk.operator.ans}|{desk.provider}"


async def bundle(desk: Desk, machine: UUID) -> dict[str, Any]:
    """Everything but the numbers."""
    operator, policy = desk.operator, desk.operator.policy
    house = await desk.app.reads.provider(operator.ans, desk.provider)
    catalogue = await offline_desk.procedures(desk.app.pool, operator.ans, desk.provider, MOST_PROCEDURES)
    point = Envelopes(desk.app.keys).point(owner(desk, machine))
    return {
        "at": timezone.now().isoformat(),
        "of": of(desk),
        "account": account(desk),
        "owner": owner(desk, machine),
        "house": base64.urlsafe_b64encode(point).decode("ascii").rstrip("="),
        "operator": operator.name,
        "provider": {"code": desk.provider, "name": house.name if house else ""},
        "lines": [{"label": each.label, "number": each.number, "hours": each.hours} for each in operator.lines],
        "carried": policy.offline_codes or policy.paper_codes > 0,
        "by_hand": policy.offline_codes,
        "kinds": [
            {"kind": each.value, "word": str(shared.KIND[each]), "dental": each is Kind.ODONTO}
            for each in words.KIND_ICON
        ],
        "reasons": offline_words.reasons(policy.absences),
        "procedures": [_procedure(each, desk) for each in catalogue],
        "guias": await _awaiting(desk),
    }


async def more_numbers(desk: Desk, asked: shapes.Machine) -> dict[str, Any] | Refused | None:
    """Numbers for this computer alone, where it has few left; None where it has enough for today."""
    block: Block | Refused = await desk.app.do(TakeBlock(desk.actor, desk.provider, asked.machine, asked.left))
    if isinstance(block, Refused):
        return None if block.reason is Refusal.BLOCKS_ENOUGH else block
    signed = contingency.signed(desk.app, block)
    return {"until": f"{block.valid_until}", "signed": signed, "numbers": await numbered(desk, block.numbers)}


def _procedure(entry: CatalogueEntry, desk: Desk) -> dict[str, Any]:
    needs = sorted(lines.needs(desk.operator.rules, entry.code))
    return {"code": entry.code, "name": entry.name, "dental": entry.dental, "needs": needs}


async def numbered(desk: Desk, numbers: Iterable[str]) -> list[dict[str, Any]]:
    """Numbers with the QR from which a person's phone computes the code of each."""
    known = tuple(numbers)
    addresses = [_address(desk, each) for each in known]
    pictures = await asyncio.to_thread(lambda: [drawn(each) for each in addresses])
    return [{"number": number, "qr": asdict(each)} for number, each in zip(known, pictures, strict=True)]


def _address(desk: Desk, number: str) -> str:
    place = f"{desk.app.settings.public_url.rstrip('/')}{resolve_url('hand_generate', desk.operator.ans)}"
    return f"{place}?{urlencode({'guia': number, 'prestador': desk.provider})}"


async def _awaiting(desk: Desk) -> list[dict[str, Any]]:
    """The guias that await a code, so that one already received, or computed meanwhile, can be taken."""
    today = timezone.localdate()
    found = [each.guia for each in await desk.app.reads.queue(desk.actor, MOST_GUIAS)]
    waiting = [each for each in found if guias.status(each, today) is Status.AWAITING_TOKEN]
    cards = {each.card_number for each in waiting}
    people = {card: await desk.app.reads.person(desk.actor, card) for card in cards}
    drawings = await numbered(desk, [each.number for each in waiting])
    return [
        {
            "id": str(each.id),
            "name": masked_name(person.beneficiary.name) if (person := people[each.card_number]) else each.card_number,
            "kind": str(words.KIND_SHORT[each.kind]),
            **picture,
        }
        for each, picture in zip(waiting, drawings, strict=True)
    ]
