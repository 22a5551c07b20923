"""Facts for tests of the domain, each with only what the test speaks of."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from chancela.domain.contact import Contact, ContactKind, ContactState
from chancela.domain.delivery import Channel, Delivery, DeliveryState
from chancela.domain.guia import Attendance, Authorisation, Guia, ItemState, Kind, Procedure
from chancela.domain.ladder import Scene
from chancela.domain.people import Beneficiary, Person, Provider
from chancela.domain.token import Token

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
ANA, GUIA, OTHER_GUIA, CONTACT, NEW = (UUID(int=number) for number in range(1, 6))
MOBILE, EMAIL, CPF = "+5541900005949", "ana.souza@example.com", "52998224725"


def procedure(item: int = 1, state: ItemState = ItemState.AUTHORISED, **more: Any) -> Procedure:
    return Procedure(
        **{
            "item": item,
            "table": "22",
            "code": "81000030",
            "name": "Consulta odontológica",
            "quantity": 1,
            "authorisation": state,
            **more,
        }
    )


def guia(**more: Any) -> Guia:
    return Guia(
        **{
            "operator": "999009",
            "id": GUIA,
            "number": "2026000000123",
            "kind": Kind.ODONTO,
            "beneficiary_id": ANA,
            "card_number": "00123456789",
            "provider": "10001",
            "created_at": NOW,
            "valid_until": TODAY + timedelta(days=90),
            "procedures": (procedure(),),
            "authorisation": Authorisation.AUTHORISED,
            "attendance": Attendance.AWAITING_TOKEN,
            **more,
        }
    )


def token(**more: Any) -> Token:
    return Token(
        **{"guia_id": GUIA, "generation": 1, "issued_at": NOW, "expires_at": NOW + timedelta(hours=48), **more}
    )


def contact(
    kind: ContactKind = ContactKind.MOBILE,
    address: str = MOBILE,
    state: ContactState = ContactState.CONFIRMED,
    **more: Any,
) -> Contact:
    return Contact(**{"id": CONTACT, "beneficiary_id": ANA, "kind": kind, "address": address, "state": state, **more})


def provisional(address: str = MOBILE, typed_by: str = "10001", guia_id: UUID = GUIA, **more: Any) -> Contact:
    return contact(address=address, state=ContactState.PROVISIONAL, typed_by=typed_by, guia_id=guia_id, **more)


def email(address: str = EMAIL) -> Contact:
    return contact(ContactKind.EMAIL, address, id=UUID(int=99))


def landline(address: str = "+554120001234") -> Contact:
    return contact(ContactKind.LANDLINE, address, id=UUID(int=98))


def person(*contacts: Contact, **about: Any) -> Person:
    return Person(
        Beneficiary(**{"id": ANA, "card_number": "00123456789", "name": "Ana Souza", "cpf": CPF, **about}), contacts
    )


def scene(person: Person, hour: int = 12, **more: Any) -> Scene:
    """By day, with a carrier for every channel."""
    return Scene(**{"person": person, "carried": frozenset(Channel), "hour": hour, "guia_id": GUIA, **more})


def delivery(state: DeliveryState = DeliveryState.QUEUED, channel: Channel = Channel.SMS, **more: Any) -> Delivery:
    about = {"id": UUID(int=7), "guia_id": GUIA, "beneficiary_id": ANA, "generation": 1, "to": "(41) *****-5949"}
    return Delivery(**{**about, "planned_at": NOW, "changed_at": NOW, "state": state, "channel": channel, **more})


def provider(code: str = "10001", **more: Any) -> Provider:
    return Provider(code, f"Clínica {code}", **more)
