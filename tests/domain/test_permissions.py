"""Who may do what to which guia."""

import pytest

from chancela.domain import permissions
from chancela.domain.permissions import Actor, ActorKind, Permission
from tests.domain import made

OWN = Actor("999009", ActorKind.PROVIDER, "recepcao", provider="10001")
NEIGHBOUR = Actor("999009", ActorKind.PROVIDER, "vizinha", provider="10002")
BOUND = Actor("999009", ActorKind.CLIENT, "software", provider="10001")
BOUND_ELSEWHERE = Actor("999009", ActorKind.CLIENT, "software", provider="10002")
CORE = Actor("999009", ActorKind.CLIENT, "nucleo")
AUDITOR = Actor("999009", ActorKind.AUDITOR, "auditora")
SYSTEM = Actor("999009", ActorKind.SYSTEM, "sistema")
NOWHERE = Actor("999009", ActorKind.PROVIDER, "sem prestador")
OF_ANA = frozenset({made.ANA})
ANA = Actor("999009", ActorKind.BENEFICIARY, "ana", person=made.ANA, sees=OF_ANA, acts_for=OF_ANA, manages=OF_ANA)
HOLDER = Actor("999009", ActorKind.BENEFICIARY, "titular", person=made.NEW, sees=OF_ANA)
OTHER = Actor("999009", ActorKind.BENEFICIARY, "outra", person=made.NEW, sees=frozenset({made.NEW}))
VISITOR = Actor("999009", ActorKind.BENEFICIARY, "visit:1", acts_for=OF_ANA, visit=made.NEW)
EVERYONE = (ANA, VISITOR, HOLDER, OTHER, OWN, NEIGHBOUR, BOUND, BOUND_ELSEWHERE, CORE, AUDITOR, SYSTEM, NOWHERE)
BESIDE_THE_PERSON = {OWN, BOUND, CORE}

MAY = {
    Permission.READ_GUIA: BESIDE_THE_PERSON | {AUDITOR, SYSTEM, ANA, HOLDER},
    Permission.REGISTER_GUIA: BESIDE_THE_PERSON,
    Permission.REVIEW_GUIA: {AUDITOR, CORE},
    Permission.ISSUE_TOKEN: BESIDE_THE_PERSON | {ANA, VISITOR},
    Permission.SEND_TOKEN: BESIDE_THE_PERSON | {ANA},
    Permission.REVEAL_TOKEN: {ANA, VISITOR},
    Permission.VALIDATE_TOKEN: BESIDE_THE_PERSON,
    Permission.CANCEL_GUIA: BESIDE_THE_PERSON,
    Permission.EXPIRE_TOKEN: {SYSTEM},
    Permission.CLIMB_LADDER: {SYSTEM},
    Permission.REPORT_TOKEN: {SYSTEM, ANA, VISITOR},
    Permission.CLOSE_REPORT: {AUDITOR, CORE},
    Permission.REVIEW_CONTACT: {AUDITOR, CORE},
    Permission.READ_CARRIERS: {AUDITOR, CORE},
    Permission.OPEN_SESSION: {SYSTEM, ANA, HOLDER, OTHER},
    Permission.MANAGE_PERSON: {ANA},
    Permission.TELL_ATTENDANCE: {SYSTEM},
}


@pytest.mark.parametrize("permission", Permission)
def test_exactly_these_may(permission: Permission):
    assert {who for who in EVERYONE if permissions.may(who, permission, made.guia())} == MAY[permission]


@pytest.mark.parametrize("permission", Permission)
def test_exactly_these_may_in_the_name_of_a_provider(permission: Permission):
    by_a_guia = {ANA, VISITOR, HOLDER} if permission is not Permission.OPEN_SESSION else set()
    assert {who for who in EVERYONE if permissions.may_for(who, permission, "10001")} == MAY[permission] - by_a_guia


def test_a_person_is_changed_by_those_who_manage_them_alone():
    assert [who for who in EVERYONE if permissions.may_change(who, made.ANA)] == [ANA]


@pytest.mark.parametrize("permission", Permission)
@pytest.mark.parametrize("kind", ActorKind)
def test_another_operators_guia_is_never_theirs(permission: Permission, kind: ActorKind):
    stranger = Actor("999001", kind, "de fora", provider="10001")
    assert not permissions.may(stranger, permission, made.guia())
