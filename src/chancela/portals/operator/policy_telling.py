"""What is told of rules on a page: part by part, each proviso, and what changes between two versions."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from chancela.domain import policy_proviso
from chancela.portals.design import words as shared
from chancela.portals.operator.policy_words import PARTS, listed, said

if TYPE_CHECKING:
    from chancela.domain.delivery import Channel
    from chancela.domain.policy import Policy
    from chancela.domain.policy_proviso import Proviso, Reach


@dataclass(frozen=True, slots=True)
class Told:
    """A part of the rules as sentences; `slug` names it where it can be written."""

    slug: str
    title: str | Promise
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What was said before, and what is said now; one of both is empty where a proviso came or went."""

    before: tuple[str, ...]
    now: tuple[str, ...]


def whole(policy: "Policy") -> list[Told]:
    """The whole of a policy, part by part."""
    return [Told(part.slug, part.title, sentences(policy, part.fields)) for part in PARTS]


def sentences(policy: "Policy", fields: Iterable[str]) -> tuple[str, ...]:
    """The sentences of some fields."""
    return tuple(each for field in fields for each in said(field, getattr(policy, field)))


def origin(policy: "Policy") -> str:
    """From which shipped profile the rules came."""
    return said("profile", policy.profile)[0]


def for_whom(reach: "Reach") -> str:
    """For whom a proviso is, as its title."""
    named = [
        (reach.provider, _("prestador %(it)s")),
        (reach.plan, _("plano %(it)s")),
        (reach.procedure, _("procedimentos %(it)s…") if len(reach.procedure or "") < 8 else _("procedimento %(it)s")),  # noqa: PLR2004 - a whole TUSS code
    ]
    words = listed(text % {"it": it} for it, text in named if it is not None)
    return words[:1].upper() + words[1:]


def unsent(policy: "Policy", provisos: "Iterable[Proviso]", unserved: "Collection[Channel]") -> str:
    """A warning where rules name channels that nothing carries; empty where each of them is served."""
    asked = [policy.channels, *(own for each in provisos if (own := each.departure.channels))]
    mute = [
        word for channel, word in shared.CHANNEL.items() if channel in unserved and any(channel in c for c in asked)
    ]
    if not mute:
        return ""
    if any(set(each) <= set(unserved) for each in asked):
        text = _("Por estas regras há guias cujo código não sai: nenhum serviço de envio está ligado para %(it)s.")
    else:
        text = _("Nenhum serviço de envio está ligado para %(it)s: por aí nenhum código sai.")
    return text % {"it": listed(mute, either=True)}


def proviso(each: "Proviso") -> Told:
    """A proviso: for whom it is, and what is otherwise there."""
    own = policy_proviso.said(each.departure)
    return Told("", for_whom(each.reach), tuple(line for field, value in own.items() for line in said(field, value)))


def changes(
    before: "Policy", now: "Policy", held: "Sequence[Proviso]" = (), new: "Sequence[Proviso]" = ()
) -> list[Change]:
    """What is said otherwise, in the order in which rules are read; provisos last."""
    fields = [field for part in PARTS for field in part.fields]
    pairs = [(said(field, getattr(before, field)), said(field, getattr(now, field))) for field in fields]
    found = [Change(*_apart(was, become)) for was, become in pairs if was != become]
    then, since = ({each.reach: proviso(each) for each in some} for some in (held, new))
    for reach in [*then, *(each for each in since if each not in then)]:
        was, become = (_lines(some[reach]) if reach in some else () for some in (then, since))
        if was != become:
            found.append(Change(was, become))
    return found


def _apart(was: tuple[str, ...], become: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of several steps or ages, those alone that differ; all of them where only their order does."""
    gone, come = tuple(each for each in was if each not in become), tuple(each for each in become if each not in was)
    return (gone, come) if gone or come else (was, become)


def _lines(told: Told) -> tuple[str, ...]:
    return (f"{told.title}:", *told.sentences)
