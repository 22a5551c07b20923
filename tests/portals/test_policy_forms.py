"""Whatever is sent to a form of the rules makes a policy that keeps to its limits, or is refused beside its field."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings, strategies as st

from chancela.domain import policy_limits as limits, policy_proviso as provisos
from chancela.domain.policy import Policy
from chancela.domain.policy_proviso import Departure, Proviso, Reach
from chancela.domain.profiles import LATEST_CODE_WINS, PUSH_PER_ATTENDANCE, SHIPPED
from chancela.portals.operator.policy_forms import PartForm, ProvisoForm
from chancela.portals.operator.policy_words import PARTS

POLICIES = st.sampled_from(list(SHIPPED.values()))
ODD = [
    "",
    " ",
    "-1",
    "0",
    "1",
    "5",
    "6",
    "11",
    "24",
    "48",
    "49",
    "١٢",
    "²",
    "1e9",
    "9" * 5000,
    "nada",
    "on",
    "\x00",
    "🦷",
]


def sent(form: Any) -> dict[str, list[str]]:
    """What a browser would send of a form that nobody touched."""
    told: dict[str, list[str]] = {}
    for bound in (form[name] for name in form.fields):
        value = bound.value()
        if value is True:
            told[bound.name] = ["on"]
        elif isinstance(value, list):
            told[bound.name] = [str(each) for each in value]
        elif value is not None and value is not False:
            told[bound.name] = [str(value)]
    return told


def posted(told: Mapping[str, list[str]]) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, values in told.items():
        data.setlist(name, values)
    return data


def mixed(told: dict[str, list[str]], draw: Any) -> QueryDict:
    """The same with some values torn out, doubled or replaced by whatever else."""
    choices = sorted({value for values in told.values() for value in values} | set(ODD))
    for name in draw(st.lists(st.sampled_from(sorted(told)), max_size=6)):
        told[name] = draw(st.lists(st.sampled_from(choices) | st.text(max_size=8), max_size=3))
    return posted(told)


@pytest.mark.parametrize("part", PARTS, ids=lambda each: each.slug)
@pytest.mark.parametrize("policy", SHIPPED.values(), ids=SHIPPED)
def test_a_part_that_nobody_touched_is_the_same_rules(policy: Policy, part: Any):
    assert PartForm(part.fields, policy, posted(sent(PartForm(part.fields, policy)))).changed() == policy


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.data(), POLICIES, st.sampled_from(PARTS))
def test_whatever_a_part_is_sent_is_rules_or_a_refusal(data: Any, policy: Policy, part: Any):
    form = PartForm(part.fields, policy, mixed(sent(PartForm(part.fields, policy)), data.draw))
    changed = form.changed()
    assert (changed is None) == bool(form.errors)
    assert changed is None or limits.faults(limits.values(changed)) == ()
    assert form.entries()


WHOLE = Proviso(
    Reach("Ouro", "10001", "81"),
    Departure(**{name: getattr(PUSH_PER_ATTENDANCE, name) for name in provisos.NAMES}),
)


@pytest.mark.parametrize("proviso", [WHOLE, Proviso(Reach(plan="Ouro"), Departure(guia_days=5))])
def test_a_proviso_that_nobody_touched_is_the_same(proviso: Proviso):
    first = ProvisoForm(PUSH_PER_ATTENDANCE, proviso)
    assert ProvisoForm(PUSH_PER_ATTENDANCE, proviso, posted(sent(first))).made() == proviso


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(st.data(), POLICIES)
def test_whatever_a_proviso_is_sent_is_a_proviso_or_a_refusal(data: Any, policy: Policy):
    form = ProvisoForm(policy, WHOLE, mixed(sent(ProvisoForm(policy, WHOLE)), data.draw))
    made = form.made()
    if made is not None:
        form.tell(limits.proviso_faults(policy, (made,)).get(0, ()))
        if not form.errors:
            found = provisos.in_force(policy, (made,), made.reach.plan or "", made.reach.provider or "", ("81000030",))
            assert found.tries_per_guia <= policy.tries_per_guia
    assert form.entries()
    assert form.reach()


def test_what_is_not_ticked_is_not_looked_at():
    told = {"plan": ["Ouro"], "own-guia_days": ["on"], "guia_days": ["5"], "tries_per_code": ["nada"]}
    made = ProvisoForm(LATEST_CODE_WINS, None, posted(told)).made()
    assert made == Proviso(Reach("Ouro"), Departure(guia_days=5))


def test_rows_that_were_added_are_not_lost_where_something_else_is_wrong():
    part = next(each for each in PARTS if each.slug == "familia")
    told = sent(PartForm(part.fields, LATEST_CODE_WINS)) | {"ages.4.from": ["70"], "history_days": ["1"]}
    form = PartForm(part.fields, LATEST_CODE_WINS, posted(told))
    assert form.changed() is None
    assert form["ages.4.from"].value() == "70"


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("", ()),
        ("20103484\r\n86000357\r\n", ("20103484", "86000357")),
        (" 2.01.03-48.4, 2010;2010 ", ("20103484", "2010")),
    ],
)
def test_codes_are_typed_one_a_line_or_as_they_come(typed: str, codes: tuple[str, ...]):
    part = next(each for each in PARTS if "series" in each.fields)
    form = PartForm(["series"], LATEST_CODE_WINS, posted({"series": [typed]}))
    changed = form.changed()
    assert part.slug == "continuidade"
    assert changed is not None and changed.series == codes


@pytest.mark.parametrize("typed", ["fisio", "12345678901", "\n".join(str(each) for each in range(21))])
def test_codes_that_cannot_be_are_refused_beside_their_field(typed: str):
    form = PartForm(["series"], LATEST_CODE_WINS, posted({"series": [typed]}))
    assert form.changed() is None
    assert list(form.errors) == ["series"]


def test_a_percentage_out_of_its_limits_is_answered_with_its_name():
    part = next(each for each in PARTS if "wrong_per_provider_percent" in each.fields)
    asked = {**sent(PartForm(part.fields, PUSH_PER_ATTENDANCE)), "wrong_per_provider_percent": ["-1"]}
    form = PartForm(part.fields, PUSH_PER_ATTENDANCE, posted(asked))
    assert form.changed() is None
    assert "em %: no mínimo 0." in str(form.errors)
