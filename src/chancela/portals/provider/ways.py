"""The ways to a person, each as a sentence on a button, with no more of an address than its mask."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chancela.domain import ladder
from chancela.domain.delivery import Channel, Purpose
from chancela.portals.provider import words

if TYPE_CHECKING:
    from chancela.domain.case import Case
    from chancela.domain.people import Person
    from chancela.domain.policy import Policy


@dataclass(frozen=True, slots=True)
class Way:
    """One way to the person; `to` is masked, `used` says that the live code went out by it."""

    channel: Channel
    label: str
    to: str
    asks_cpf: bool = False
    used: bool = False


def ways(policy: "Policy", person: "Person", carried: frozenset[Channel], case: "Case") -> tuple[Way, ...]:
    """Every way by which the person can be reached now, in the policy's order."""
    used = used_by(case)
    return tuple(way(each, policy, used) for each in ladder.ways(policy, person, carried, case.guia.id))


def way(reached: ladder.Recipient, policy: "Policy", used: frozenset[Channel] = frozenset()) -> Way:
    """A recipient as the desk shows it."""
    channel, again = reached.channel, reached.channel in used
    label = str((words.SEND_AGAIN_BY if again else words.SEND_BY)[channel]) % {"to": reached.to}
    return Way(channel, label, reached.to, channel is Channel.EMAIL and policy.email_asks_cpf, again)


def used_by(case: "Case") -> frozenset[Channel]:
    """The ways by which the code of this generation went out, or will."""
    sent = (each for each in case.deliveries if each.generation == case.guia.generation)
    return frozenset(each.channel for each in sent if each.purpose is Purpose.CODE)
