"""Deliveries only move forward."""

import itertools

import pytest

from chancela.domain import delivery as deliveries
from chancela.domain.delivery import DeliveryState


@pytest.mark.parametrize(("now", "then"), list(itertools.product(DeliveryState, repeat=2)))
def test_of_any_two_states_one_comes_after_the_other_and_none_after_itself(now: DeliveryState, then: DeliveryState):
    assert deliveries.moves(now, then) + deliveries.moves(then, now) == (now is not then)


def test_what_was_delivered_stays_delivered():
    assert not any(deliveries.moves(DeliveryState.DELIVERED, then) for then in DeliveryState)


def test_a_receipt_may_tell_of_a_delivery_after_a_failure_but_not_of_a_failure_after_a_delivery():
    assert deliveries.moves(DeliveryState.FAILED, DeliveryState.DELIVERED)
    assert not deliveries.moves(DeliveryState.DELIVERED, DeliveryState.FAILED)


def test_an_attempt_under_way_is_shown_as_queued_and_all_else_as_it_is():
    shown = [deliveries.shown(state) for state in DeliveryState]
    assert shown == ["queued", "queued", "handed_over", "failed", "delivered"]
