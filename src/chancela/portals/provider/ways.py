"""The ways to a person, each as a sentence on a button, with no more of an address than its mask."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _, ngettext

from chancela.domain import ladder
from chancela.domain.delivery import Channel, Purpose
from chancela.portals.provider import words

if TYPE_CHECKING:
    from chancela.domain.case import Case
    from chancela.domain.people import Person
    from chancela.domain.policy import Policy


@dataclass(frozen=True, slots=True)
class Way:
    """One channel to the person and to who reads for them; `to` is masked, `used` says that the live code took it."""

    channel: Channel
    label: str
    to: str
    asks_cpf: bool = False
    used: bool = False


def ways(policy: "Policy", person: "Person", carried: frozenset[Channel], case: "Case") -> tuple[Way, ...]:
    """Every way by which the person can be reached now, in the policy's order."""
    return grouped(ladder.ways(policy, person, carried, case.guia.id), policy, used_by(case))


def grouped(
    reached: Iterable[ladder.Recipient], policy: "Policy", used: frozenset[ladder.Way] = frozenset()
) -> tuple[Way, ...]:
    """Recipients as the desk shows them: a channel stands once, whomever it reaches."""
    by_channel: dict[Channel, list[ladder.Recipient]] = {}
    for each in reached:
        by_channel.setdefault(each.channel, []).append(each)
    return tuple(_way(channel, found, policy, used) for channel, found in by_channel.items())


def _way(channel: Channel, reached: Sequence[ladder.Recipient], policy: "Policy", used: frozenset[ladder.Way]) -> Way:
    again, by_readers = any(each.key in used for each in reached), all(each.reader for each in reached)
    own, read = ([each.to for each in reached if bool(each.reader) is other] for other in (False, True))
    to = ", ".join([*own, *([shown(", ".join(read), readers=len(read))] if read else [])])
    if channel is Channel.APP:
        to = _("aplicativo do responsável") if by_readers else ladder.APP_MASK
    label = words.SEND_AGAIN_BY if again else words.SEND_BY
    if channel is Channel.APP and by_readers:
        label = words.SEND_AGAIN_BY_READER if again else words.SEND_BY_READER
    return Way(channel, str(label[channel]) % {"to": to}, to, channel is Channel.EMAIL and policy.email_asks_cpf, again)


def shown(to: str, *, readers: int) -> str:
    """Masked addresses, with whose they are where they are not the person's."""
    return ngettext("%(to)s (responsável)", "%(to)s (responsáveis)", readers) % {"to": to} if readers else to


def used_by(case: "Case") -> frozenset[ladder.Way]:
    """The ways by which the code of this generation went out, or will."""
    sent = (each for each in case.deliveries if each.generation == case.guia.generation)
    return frozenset((each.reader_id, each.channel) for each in sent if each.purpose is Purpose.CODE)
