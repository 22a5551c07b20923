"""Each permission, role, objection and change has its words."""

from chancela.domain import staff
from chancela.domain.permissions import Permission
from chancela.portals.accounts.models import STAFF
from chancela.portals.operator import staff_words as words


def test_each_permission_is_said_in_plain_words_and_no_other():
    assert set(words.PERMISSION) == {each.value for each in Permission}


def test_each_role_of_the_operators_people_is_explained():
    assert set(words.ROLE) == set(STAFF)


def test_each_objection_and_each_reach_is_told():
    assert set(words.OBJECTION) == set(staff.Objection)
    assert set(words.REACH) == set(staff.Reach)
