"""Help: how it works in practice, questions and answers, and whom to call."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from chancela.domain.policy import Asker
from chancela.portals.hand.door import Hand, signed_in


@require_safe
@signed_in
async def questions(hand: Hand) -> HttpResponse:
    """Plain words, and the operator's own lines."""
    policy = hand.operator.policy
    hours = int(policy.valid.total_seconds()) // 3600
    return hand.page("hand/help.html", {"here": "help", "hours": hours, "may_ask": Asker.BENEFICIARY in policy.askers})
