"""Rules as sentences: every field is spoken of, a change of any field is heard, in Portuguese and in English."""

from dataclasses import fields, replace
from datetime import timedelta
from enum import StrEnum
from typing import Any

import pytest
from django.utils import translation

from chancela.domain.absence import ABSENCES, AbsenceReason, AbsenceRule
from chancela.domain.delivery import Channel
from chancela.domain.policy import AGES, Age, Guardians, Own, Policy, Quiet, Rung
from chancela.domain.policy_limits import LENGTHS, NUMBERS, Rule
from chancela.domain.policy_proviso import NAMES, Departure, Proviso, Reach
from chancela.domain.profiles import LATEST_CODE_WINS, PUSH_PER_ATTENDANCE, SHIPPED
from chancela.portals.operator import policy_forms as forms, policy_names as names, policy_telling as telling
from chancela.portals.operator.policy_fields import ENTRIES
from chancela.portals.operator.policy_words import PARTS, SAY, length, listed, said

FIELDS = [each.name for each in fields(Policy)]
OTHERWISE: dict[str, Any] = {
    "profile": "one-code-per-guia",
    "channels": (Channel.EMAIL, Channel.SMS),
    "ladder": (Rung((Channel.SMS,)),),
    "quiet": Quiet(21),
    "absences": (*ABSENCES[:-1], AbsenceRule(AbsenceReason.AFTER_EXIT, "07")),
    "series": ("20103", "86000357"),
    "ages": (*AGES[:2], Age(15, Own.FIRST, Guardians.NOTICES), AGES[3]),
}


@pytest.fixture(autouse=True, params=["pt-br", "en"])
def language(request: pytest.FixtureRequest):
    with translation.override(request.param):
        yield request.param


def otherwise(field: str, value: Any) -> Any:
    """Another value of a field."""
    if field in OTHERWISE:
        return OTHERWISE[field]
    if isinstance(value, bool):
        return not value
    if isinstance(value, StrEnum):
        return next(each for each in type(value) if each is not value)
    if isinstance(value, tuple):
        return value[:-1] or tuple(type(value[0]))[-2:]
    return value - (timedelta(minutes=1) if isinstance(value, timedelta) else 1 if value else -1)


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("profile", SHIPPED.values(), ids=SHIPPED)
def test_every_field_is_spoken_of_and_a_change_of_it_is_heard(profile: Policy, field: str):
    value = getattr(profile, field)
    told, now = said(field, value), said(field, otherwise(field, value))
    assert all(each.endswith(".") and "%(" not in each for each in told)
    assert told != now or (field, value) == ("profile", OTHERWISE["profile"])


def test_every_field_is_in_one_part_and_can_be_typed():
    read = [field for part in PARTS for field in part.fields]
    assert sorted([*read, "profile"]) == sorted(FIELDS) == sorted(SAY)
    assert sorted(ENTRIES) == sorted(read)
    assert set(NAMES) <= set(read)


@pytest.mark.parametrize("field", ["offline_late_days", "reveals_per_agent_day", "wrong_per_provider_percent"])
def test_nothing_is_a_number_too(field: str):
    assert "0" in said(field, 0)[0]


def test_one_is_told_as_one():
    with translation.override("pt-br"):
        assert said("guia_days", 1) == ("A guia pode ser usada por 1 dia.",)
        assert said("families_per_number", 1)[0].startswith("Contato digitado que já é de 1 outra família vai")
    assert not any("%(" in each for field in NUMBERS for each in said(field, 1))


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "0 minutos"), (1, "1 minuto"), (60, "1 hora"), (61, "1 hora e 1 minuto"), (2880, "48 horas")],
)
def test_a_length_has_no_more_words_than_it_needs(minutes: int, words: str):
    with translation.override("pt-br"):
        assert length(timedelta(minutes=minutes)) == words


def test_words_are_listed_as_one_says_them():
    with translation.override("pt-br"):
        told = [listed(each) for each in ("", "a", "ab", "abc")]
        assert [*told, listed("ab", either=True)] == ["nenhum", "a", "a e b", "a, b e c", "a ou b"]


def test_every_choice_has_its_word():
    for words in (names.CHANNEL, names.CODE_NEEDED, names.REISSUE, names.ASKER, names.DOOR, names.NO_CODE):
        assert set(words) == set(type(next(iter(words))))
    for words in (names.NEED, names.CARE, names.OWN, names.GUARDIANS, names.STANDING):
        assert set(words) == set(type(next(iter(words))))
    assert set(names.PROFILE) == set(SHIPPED)


def test_every_broken_rule_has_its_sentence():
    spoken = {Rule.BETWEEN, Rule.RUNG_WAITS, Rule.TOO_MANY, Rule.HOURS, Rule.CONTRADICTS}
    assert set(forms.SAYS) | spoken == set(Rule)


# ---------------------------------------------------------------- what changes


def test_what_changes_is_told_as_before_and_now():
    now = replace(LATEST_CODE_WINS, valid=timedelta(hours=1))
    (change,) = telling.changes(LATEST_CODE_WINS, now)
    assert (change.before, change.now) == (said("valid", timedelta(hours=48)), said("valid", timedelta(hours=1)))
    assert telling.changes(now, now) == []


def test_of_several_steps_those_alone_that_differ_are_told():
    ladder = (*PUSH_PER_ATTENDANCE.ladder[:-1], Rung((Channel.VOICE,), 10))
    (change,) = telling.changes(PUSH_PER_ATTENDANCE, replace(PUSH_PER_ATTENDANCE, ladder=ladder))
    assert (len(change.before), len(change.now)) == (1, 1)


def test_of_what_only_changed_its_order_all_is_told():
    before = telling.Told("", "", ("a.", "b."))
    assert telling._apart(before.sentences, ("b.", "a.")) == (("a.", "b."), ("b.", "a."))


def test_provisos_that_come_change_and_go_are_told():
    kept, gone, new = (
        Proviso(Reach(plan=each), Departure(guia_days=days)) for each, days in (("A", 1), ("B", 2), ("C", 3))
    )
    changed = Proviso(Reach(plan="A"), Departure(guia_days=9))
    found = telling.changes(LATEST_CODE_WINS, LATEST_CODE_WINS, (kept, gone), (changed, new))
    assert [(bool(each.before), bool(each.now)) for each in found] == [(True, True), (True, False), (False, True)]
    assert telling.changes(LATEST_CODE_WINS, LATEST_CODE_WINS, (kept,), (kept,)) == []


def test_for_whom_a_proviso_is_reads_as_a_title():
    reaches = (Reach("Ouro"), Reach(None, "10001", "81000030"), Reach(procedure="81"))
    with translation.override("pt-br"):
        told = [telling.for_whom(each) for each in reaches]
    assert told == ["Plano Ouro", "Prestador 10001 e procedimento 81000030", "Procedimentos 81…"]


def test_a_proviso_says_only_what_is_otherwise():
    told = telling.proviso(Proviso(Reach("Ouro"), Departure(guia_days=5, tells_validation=False)))
    assert told.sentences == (*said("guia_days", 5), *said("tells_validation", value=False))


def test_the_limits_are_told_as_lengths_and_numbers():
    for name, bounds in (*NUMBERS.items(), *LENGTHS.items()):
        assert "timedelta" not in forms.told(forms.Fault(name, Rule.BETWEEN, bounds))


def test_rules_that_nothing_carries_out_are_warned_of(language: str):
    whole = replace(LATEST_CODE_WINS, channels=(Channel.SMS, Channel.EMAIL))
    only_sms = Proviso(Reach(plan="Ouro"), Departure(channels=(Channel.SMS,)))
    assert telling.unsent(whole, (only_sms,), ()) == telling.unsent(whole, (), {Channel.VOICE}) == ""
    some, all_of_it = telling.unsent(whole, (), {Channel.SMS}), telling.unsent(whole, (only_sms,), {Channel.SMS})
    assert "SMS" in some and "SMS" in all_of_it and "E-mail" not in some
    if language == "pt-br":
        assert some == "Nenhum serviço de envio está ligado para SMS: por aí nenhum código sai."
        assert all_of_it.startswith("Por estas regras há guias cujo código não sai")
