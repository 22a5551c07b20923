"""The cast of every test: three tenants, who may act in each, and the people whom they attend."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from chancela.adapters.demo import families, houses, loading
from chancela.domain.permissions import Actor, ActorKind

if TYPE_CHECKING:
    from chancela.adapters.demo.houses import House
    from chancela.adapters.demo.invented import Invented


@dataclass(frozen=True)
class Tenant:
    """An operator of the demo, as tests see it; `person("Helena")` finds by the beginning of a name."""

    house: House
    people: tuple[Invented, ...]

    @property
    def ans(self) -> str:
        return self.house.ans

    @property
    def provider(self) -> str:
        """The provider whose desk it is."""
        return self.house.desk

    @property
    def other_provider(self) -> str:
        """Another provider of the same operator."""
        return next(each.code for each in self.house.clinics if each.code != self.provider)

    @property
    def first(self) -> Invented:
        """An active adult holder with a mobile, an e-mail and the app."""
        return self.people[0]

    @property
    def unreached(self) -> Invented:
        """An active adult holder of whom no contact is known, nor has the app."""
        return next(
            p for p in self.people if not (p.mobile or p.email or p.landline or p.has_app) and not p.holder_card
        )

    def person(self, name: str) -> Invented:
        return next(each for each in self.people if each.name.startswith(name))

    @property
    def desk(self) -> Actor:
        """A receptionist at the provider's desk, with a second factor just shown."""
        return Actor(self.ans, ActorKind.PROVIDER, "recepcao", self.provider, datetime.now(UTC))

    @property
    def other_desk(self) -> Actor:
        """A receptionist of another provider of the same operator."""
        return Actor(self.ans, ActorKind.PROVIDER, "vizinha", self.other_provider, datetime.now(UTC))

    @property
    def client(self) -> Actor:
        """The operator's own system."""
        return Actor(self.ans, ActorKind.CLIENT, f"{self.ans}.nucleo")

    @property
    def auditor(self) -> Actor:
        return Actor(self.ans, ActorKind.AUDITOR, "auditora")

    @property
    def system(self) -> Actor:
        return Actor(self.ans, ActorKind.SYSTEM, "system")


@dataclass(frozen=True)
class Cast:
    """Aurora pushes per attendance, with Bem-te-vi the latest code wins, Cambuí has one code per guia."""

    aurora: Tenant
    bem_te_vi: Tenant
    cambui: Tenant

    @property
    def all(self) -> tuple[Tenant, ...]:
        return (self.aurora, self.bem_te_vi, self.cambui)


def cast() -> Cast:
    """Return the cast, as `loading.load` puts it into a database."""
    today = loading.today()
    return Cast(*(Tenant(each, tuple(families.families(each, today))) for each in houses.HOUSES))
