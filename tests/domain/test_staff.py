"""What one of the operator's people may change about another's account."""

from datetime import UTC, datetime, timedelta

import pytest

from chancela.domain import staff
from chancela.domain.permissions import STAFF, Actor, ActorKind, Permission
from chancela.domain.staff import Account, Change, Objection, Reach
from chancela.domain.trail import EventKind

ANS = "999009"
NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
OTHER = Account(7, ANS, ActorKind.AGENT, active=True)
OWN = 3


def administrator(minutes: float | None = 1) -> Actor:
    shown = None if minutes is None else NOW - timedelta(minutes=minutes)
    return Actor(ANS, ActorKind.ADMINISTRATOR, "acessos", assured_at=shown)


@pytest.mark.parametrize("change", Change)
def test_another_persons_account_is_changed_after_a_second_factor(change: Change):
    assert staff.objection(administrator(), OWN, OTHER, change, NOW) is None


@pytest.mark.parametrize("change", Change)
@pytest.mark.parametrize("minutes", [None, 15.01, 600])
def test_no_account_is_changed_with_a_second_factor_of_long_ago(change: Change, minutes: float | None):
    assert staff.objection(administrator(minutes), OWN, OTHER, change, NOW) is Objection.STALE


def test_a_second_factor_of_a_quarter_of_an_hour_ago_still_counts():
    assert staff.is_fresh(administrator(15), NOW)


@pytest.mark.parametrize("change", [Change.ROLE, Change.CLOSED, Change.REOPENED, Change.RESET])
def test_nobody_closes_themselves_or_gives_themselves_a_role(change: Change):
    own = Account(OWN, ANS, ActorKind.ADMINISTRATOR, active=True)
    assert staff.objection(administrator(), OWN, own, change, NOW) is Objection.OWN


def test_ones_own_name_is_ones_own_to_correct():
    own = Account(OWN, ANS, ActorKind.ADMINISTRATOR, active=True)
    assert staff.objection(administrator(), OWN, own, Change.RENAMED, NOW) is None


def test_a_role_that_comes_with_the_single_sign_on_is_changed_there():
    single = Account(7, ANS, ActorKind.AGENT, active=True, single=True)
    assert staff.objection(administrator(), OWN, single, Change.ROLE, NOW) is Objection.SINGLE_SIGN_ON
    assert staff.objection(administrator(), OWN, single, Change.CLOSED, NOW) is None


def test_the_house_itself_is_asked_nothing():
    system = Actor(ANS, ActorKind.SYSTEM, "command line")
    assert staff.objection(system, None, OTHER, Change.RESET, NOW) is None


def test_an_account_keeps_to_its_side_of_the_counter():
    provider = Account(7, ANS, ActorKind.PROVIDER, active=True)
    assert staff.fits(provider, ActorKind.PROVIDER)
    assert staff.fits(OTHER, ActorKind.MANAGER)
    assert not staff.fits(provider, ActorKind.AUDITOR)
    assert not staff.fits(OTHER, ActorKind.PROVIDER)


def test_the_trail_knows_an_account_by_an_id_and_its_role():
    told = staff.event("acessos", OTHER, Change.OPENED)
    assert (told.kind, told.actor, told.data) == (
        EventKind.STAFF_CHANGED,
        "acessos",
        {"what": "opened", "role": "agent"},
    )
    assert told.subject == staff.account_uuid(ANS, 7)
    assert staff.account_uuid("999008", 7) != told.subject


@pytest.mark.parametrize(
    ("kind", "permission", "reach"),
    [
        (ActorKind.AUDITOR, Permission.READ_GUIA, Reach.ALL),
        (ActorKind.AGENT, Permission.READ_GUIA, Reach.THEIRS),
        (ActorKind.AGENT, Permission.REVIEW_GUIA, Reach.NONE),
        (ActorKind.PROVIDER, Permission.VALIDATE_TOKEN, Reach.THEIRS),
        (ActorKind.BENEFICIARY, Permission.REVEAL_TOKEN, Reach.THEIRS),
        (ActorKind.BENEFICIARY, Permission.OPEN_SESSION, Reach.THEIRS),
        (ActorKind.CLIENT, Permission.REGISTER_GUIA, Reach.ALL),
        (ActorKind.SYSTEM, Permission.EXPIRE_TOKEN, Reach.ALL),
        (ActorKind.ADMINISTRATOR, Permission.MANAGE_STAFF, Reach.ALL),
    ],
)
def test_how_far_a_permission_reaches_is_asked_of_the_table(kind: ActorKind, permission: Permission, reach: Reach):
    assert staff.reach(kind, permission) is reach


def test_accounts_are_the_administrators_alone():
    assert {kind for kind in STAFF if staff.reach(kind, Permission.MANAGE_STAFF) is Reach.ALL} == {
        ActorKind.ADMINISTRATOR
    }
