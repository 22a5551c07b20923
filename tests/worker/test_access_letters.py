"""Whoever adds a device to an account cannot keep it from its owner: a notice without a digit goes to their contact."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from chancela.bootstrap import pocket
from chancela.domain.delivery import Channel, Purpose
from chancela.domain.permissions import Actor, ActorKind
from tests.worker.carriers import TestedCarrier

if TYPE_CHECKING:
    from chancela.bootstrap.app import App
    from tests.cast import Tenant

WRITTEN = frozenset({Channel.SMS, Channel.EMAIL})
PEOPLE = "SELECT id FROM chancela.beneficiary WHERE operator = '{}' AND card_number = '{}'"


def a_point() -> str:
    """What a browser would bring: a fresh public point on P-256."""
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    raw = public.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


async def test_a_new_device_is_told_by_every_contact_of_its_person(app: App, bem_te_vi: Tenant, at_work, until, ask):
    (row,) = ask(PEOPLE.format(bem_te_vi.ans, bem_te_vi.first.card_number))
    person: UUID = row["id"]
    actor = Actor(bem_te_vi.ans, ActorKind.BENEFICIARY, f"person:{person}", assured_at=datetime.now(UTC), person=person)
    carrier = TestedCarrier(channels=WRITTEN)
    async with at_work(carrier):
        made = await pocket.enrol(app, actor, a_point(), "Celular")
        assert isinstance(made, pocket.Enrolled), made
        await until(lambda: carrier.finished == 2)
    for letter in carrier.given:
        assert (letter.message.purpose, letter.message.code) == (Purpose.ACCESS_ADDED, None)
        assert re.search("foi ligado [àa] sua conta", letter.message.text)
    assert {letter.address for letter in carrier.given} == {bem_te_vi.first.mobile, bem_te_vi.first.email}
