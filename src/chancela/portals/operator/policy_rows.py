"""The fields of a policy that are typed in several inputs: the order of channels, quiet hours, steps and ages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chancela.domain import policy_limits as limits
from chancela.domain.delivery import Channel
from chancela.domain.policy import Age, Guardians, Need, Own, Quiet, Rung
from chancela.portals.operator import policy_names as names
from chancela.portals.operator.policy_entries import Inputs, Words, choice, kept, many, number

PLACES = len(Channel)
USUAL_WAIT_S = 60


@dataclass(frozen=True)
class Ordered:
    """The channels with their places."""

    label: str | Promise
    hint: str | Promise = ""
    kind: str = "row"

    def inputs(self, name: str, value: Any, rows: int) -> Inputs:
        """A place for each channel; none where it is not used."""
        del rows
        places: Words = {"": _("não usar"), **{str(each): f"{each}º" for each in range(1, PLACES + 1)}}
        at = {channel: str(place) for place, channel in enumerate(value, 1)}
        return {
            f"{name}.{each.value}": choice(names.CHANNEL[each], places, at.get(each, ""), required=False)
            for each in Channel
        }

    def read(self, name: str, cleaned: Mapping[str, Any], was: Any) -> Any:
        """The channels in the order of their places; of two at one place the first on the page comes first."""
        del was
        at = [(cleaned[f"{name}.{each.value}"], each) for each in Channel]
        return tuple(each for place, each in sorted((one for one in at if one[0]), key=lambda one: int(one[0])))


@dataclass(frozen=True)
class Silence:
    """Quiet hours and the channels that are quiet in them."""

    label: str | Promise
    hint: str | Promise = ""
    kind: str = "row"

    def inputs(self, name: str, value: Any, rows: int) -> Inputs:
        """From when, until when, which."""
        del rows
        return {
            f"{name}.from": number(_("das (hora)"), value.from_hour, 0, limits.LAST_HOUR, of=self.label),
            f"{name}.until": number(_("às (hora)"), value.until_hour, 0, limits.LAST_HOUR, of=self.label),
            f"{name}.channels": many(_("meios em silêncio"), names.CHANNEL, value.channels),
        }

    def read(self, name: str, cleaned: Mapping[str, Any], was: Any) -> Any:
        """The quiet hours."""
        found = tuple(Channel(each) for each in cleaned[f"{name}.channels"])
        channels = kept(found, was.channels if was else None)
        return Quiet(cleaned[f"{name}.from"], cleaned[f"{name}.until"], channels)


@dataclass(frozen=True)
class Steps:
    """The ladder: a row for each rung; one without a channel is left out."""

    label: str | Promise
    hint: str | Promise = ""
    kind: str = "rows"

    def inputs(self, name: str, value: Any, rows: int) -> Inputs:
        """Channels, wait and needs of each rung."""
        found: Inputs = {}
        for place in range(min(max(rows, len(value)) + 1, limits.MOST_RUNGS)):
            rung = value[place] if place < len(value) else Rung((), USUAL_WAIT_S)
            found[f"{name}.{place}.channels"] = many(_("saem juntos"), names.CHANNEL, rung.channels)
            wait = number(_("espera (segundos)"), rung.wait_s, *limits.WAIT_S, of=self.label, required=False)
            found[f"{name}.{place}.wait"] = wait
            found[f"{name}.{place}.needs"] = many(_("só quando"), names.NEED, rung.needs)
        return found

    def read(self, name: str, cleaned: Mapping[str, Any], was: Any) -> Any:
        """The rungs that have a channel."""
        before: Sequence[Rung] = was or ()
        found = []
        for place in _places(name, cleaned, "channels"):
            old = before[place] if place < len(before) else Rung(())
            channels = tuple(Channel(each) for each in cleaned[f"{name}.{place}.channels"])
            needs = tuple(each for each in Need if each.value in cleaned[f"{name}.{place}.needs"])
            wait = cleaned[f"{name}.{place}.wait"]
            if channels:
                wait_s = USUAL_WAIT_S if wait is None else wait
                found.append(Rung(kept(channels, old.channels), wait_s, kept(needs, old.needs)))
        return tuple(found)


@dataclass(frozen=True)
class Ages:
    """Who receives what at which age: a row for each; one without a year is left out."""

    label: str | Promise
    hint: str | Promise = ""
    kind: str = "rows"

    def inputs(self, name: str, value: Any, rows: int) -> Inputs:
        """The year from which on, the own contact's place, the guardians'."""
        found: Inputs = {}
        for place in range(min(max(rows, len(value)) + 1, limits.MOST_AGES)):
            age = value[place] if place < len(value) else None
            from_years = age.from_years if age else None
            found[f"{name}.{place}.from"] = number(
                _("a partir de (anos)"), from_years, 0, limits.OLDEST, required=False
            )
            own, guardians = (age.own, age.guardians) if age else (next(iter(names.OWN)), next(iter(names.GUARDIANS)))
            found[f"{name}.{place}.own"] = choice(_("a própria pessoa"), names.OWN, own)
            found[f"{name}.{place}.guardians"] = choice(_("os responsáveis"), names.GUARDIANS, guardians)
        return found

    def read(self, name: str, cleaned: Mapping[str, Any], was: Any) -> Any:
        """The ages in the order of their years."""
        del was
        found = [
            Age(
                cleaned[f"{name}.{place}.from"],
                Own(cleaned[f"{name}.{place}.own"]),
                Guardians(cleaned[f"{name}.{place}.guardians"]),
            )
            for place in _places(name, cleaned, "from")
            if cleaned[f"{name}.{place}.from"] is not None
        ]
        return tuple(sorted(found, key=lambda each: each.from_years))


def _places(name: str, cleaned: Mapping[str, Any], column: str) -> list[int]:
    return [place for place in range(max(limits.MOST_RUNGS, limits.MOST_AGES)) if f"{name}.{place}.{column}" in cleaned]
