"""Who may do what to which guia: one table, a test for every cell of it."""

import pytest

from chancela.domain import permissions
from chancela.domain.permissions import STAFF, Actor, ActorKind, Permission
from tests.domain import made

ANS = "999009"
OF_ANA = frozenset({made.ANA})
EVERYONE = {
    "own": Actor(ANS, ActorKind.PROVIDER, "recepcao", provider="10001"),
    "near": Actor(ANS, ActorKind.PROVIDER, "vizinha", provider="10002"),
    "lost": Actor(ANS, ActorKind.PROVIDER, "sem prestador"),
    "bound": Actor(ANS, ActorKind.CLIENT, "software", provider="10001"),
    "other": Actor(ANS, ActorKind.CLIENT, "software", provider="10002"),
    "core": Actor(ANS, ActorKind.CLIENT, "nucleo"),
    "system": Actor(ANS, ActorKind.SYSTEM, "sistema"),
    "ana": Actor(ANS, ActorKind.BENEFICIARY, "ana", person=made.ANA, sees=OF_ANA, acts_for=OF_ANA, manages=OF_ANA),
    "holder": Actor(ANS, ActorKind.BENEFICIARY, "titular", person=made.NEW, sees=OF_ANA),
    "else": Actor(ANS, ActorKind.BENEFICIARY, "outra", person=made.NEW, sees=frozenset({made.NEW})),
    "visit": Actor(ANS, ActorKind.BENEFICIARY, "visit:1", acts_for=OF_ANA, visit=made.NEW),
    "called": Actor(ANS, ActorKind.AGENT, "central", sees=OF_ANA, acts_for=OF_ANA, call=made.NEW),
    "agent": Actor(ANS, ActorKind.AGENT, "central"),
    "auditor": Actor(ANS, ActorKind.AUDITOR, "auditora"),
    "analyst": Actor(ANS, ActorKind.ANALYST, "analista"),
    "manager": Actor(ANS, ActorKind.MANAGER, "gestora"),
    "dpo": Actor(ANS, ActorKind.DPO, "encarregada"),
    "admin": Actor(ANS, ActorKind.ADMINISTRATOR, "acessos"),
}
MAY = {  # the row says who may; everybody else may not
    Permission.READ_GUIA: "own bound core system ana holder called auditor analyst manager dpo",
    Permission.REGISTER_GUIA: "own bound core",
    Permission.REVIEW_GUIA: "core auditor",
    Permission.ISSUE_TOKEN: "own bound core ana visit called",
    Permission.SEND_TOKEN: "own bound core ana called",
    Permission.REVEAL_TOKEN: "ana visit called",
    Permission.VALIDATE_TOKEN: "own bound core",
    Permission.CANCEL_GUIA: "own bound core",
    Permission.EXPIRE_TOKEN: "system",
    Permission.CLIMB_LADDER: "system",
    Permission.REPORT_TOKEN: "system ana visit called",
    Permission.CLOSE_REPORT: "core auditor analyst manager",
    Permission.REVIEW_CONTACT: "core auditor analyst manager",
    Permission.READ_CARRIERS: "core auditor analyst manager admin",
    Permission.OPEN_SESSION: "system ana holder else",
    Permission.MANAGE_PERSON: "ana",
    Permission.TELL_ATTENDANCE: "system",
    Permission.TELL_DECISION: "system",
    Permission.TAKE_CALL: "called agent",
    Permission.APPROVE_CONTACT: "analyst manager",
    Permission.APPLY_CONTACT: "system",
    Permission.READ_PEOPLE: "auditor analyst manager dpo",
    Permission.REVEAL_RECORD: "auditor analyst manager dpo",
    Permission.CHANGE_PEOPLE: "analyst manager",
    Permission.READ_NETWORK: "auditor analyst manager dpo admin",
    Permission.CHANGE_NETWORK: "analyst manager",
    Permission.ADD_ATTACHMENT: "own bound core",
    Permission.READ_ATTACHMENT: "own bound core auditor",
    Permission.IMPORT_FILES: "analyst manager",
    Permission.READ_POLICY: "called agent auditor analyst manager dpo admin",
    Permission.WRITE_POLICY: "analyst manager",
    Permission.APPROVE_POLICY: "manager",
    Permission.MANAGE_STAFF: "admin",
    Permission.READ_TRAIL: "auditor manager dpo",
    Permission.EXPORT_TRAIL: "auditor dpo",
    Permission.READ_PICTURE: "auditor analyst manager dpo admin",
    Permission.RECORD_ABSENCE: "own bound core system",
    Permission.REVIEW_ABSENCE: "core auditor",
    Permission.POSTPONE_TOKEN: "own bound core",
    Permission.SETTLE_LATE: "system",
    Permission.CHASE_ABSENCE: "system",
    Permission.PRINT_SLIP: "own bound core",
    Permission.TAKE_BLOCK: "own bound core analyst manager",
    Permission.GIVE_NUMBER: "called agent",
    Permission.RECONCILE_GUIA: "own bound core",
    Permission.DECLARE_OUTAGE: "system analyst manager admin",
    Permission.NOTICE_OUTAGE: "system",
    Permission.CLOSE_SERIES: "own bound core",
    Permission.DECIDE_DISPUTE: "core auditor analyst manager",
    Permission.ANSWER_DISPUTE: "own bound core",
    Permission.TELL_DISPUTE: "system",
    Permission.MANAGE_WEBHOOKS: "bound core system admin",
}
BY_A_PERSON = {"ana", "visit", "holder", "called"}  # they may because of whose guia it is
OF_ONESELF = {Permission.OPEN_SESSION, Permission.TAKE_CALL, Permission.READ_POLICY, Permission.GIVE_NUMBER}


@pytest.mark.parametrize("permission", Permission)
@pytest.mark.parametrize("who", EVERYONE)
def test_who_may_do_it_to_a_guia(who: str, permission: Permission):
    assert permissions.may(EVERYONE[who], permission, made.guia()) == (who in MAY[permission].split())


@pytest.mark.parametrize("permission", Permission)
@pytest.mark.parametrize("who", EVERYONE)
def test_who_may_do_it_in_the_name_of_a_provider(who: str, permission: Permission):
    may = who in MAY[permission].split() and (permission in OF_ONESELF or who not in BY_A_PERSON)
    assert permissions.may_for(EVERYONE[who], permission, "10001") == may


def test_a_person_is_changed_by_those_who_manage_them_alone():
    assert [name for name, who in EVERYONE.items() if permissions.may_change(who, made.ANA)] == ["ana"]


def test_every_role_of_the_operators_people_is_in_the_table():
    assert {each.kind for each in EVERYONE.values()} == set(ActorKind) and len(STAFF) == 6


def test_an_agent_between_calls_acts_for_nobody():
    between = Actor(ANS, ActorKind.AGENT, "central", acts_for=OF_ANA)
    assert not permissions.may(between, Permission.REVEAL_TOKEN, made.guia())


@pytest.mark.parametrize("permission", Permission)
@pytest.mark.parametrize("kind", ActorKind)
def test_another_operators_guia_is_never_theirs(permission: Permission, kind: ActorKind):
    stranger = Actor("999001", kind, "de fora", provider="10001")
    assert not permissions.may(stranger, permission, made.guia())
