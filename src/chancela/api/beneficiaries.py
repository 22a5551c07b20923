"""People over the machine edge: who they are to a provider, and how a code can reach them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from chancela.api import access, problems, replies, shapes, wire
from chancela.api.operation import Gives, Operation
from chancela.domain.policy_proviso import in_force
from chancela.domain.refusal import Refusal

if TYPE_CHECKING:
    from chancela.api.call import Call
    from chancela.api.replies import Reply

CARD: Final = re.compile(r"[^\x00-\x1f\x7f]{1,20}")


async def read(call: Call) -> Reply:
    """Look a person up by card number; a text that can be none is looked for in vain like any unknown one."""
    card = call.named["card_number"].removeprefix("/")
    person = await call.app.reads.reached(call.actor, card if CARD.fullmatch(card) else "")
    if person is None:
        return problems.refusal(Refusal.NOT_FOUND, call.language)
    operator, plan = call.session.operator, person.beneficiary.plan
    policy = in_force(operator.policy, operator.provisos, plan, call.actor.provider or "", ())
    carried = call.app.means.carried | call.session.operator.carried
    return replies.of(shapes.beneficiary(person, policy, carried))


READ: Final = Operation(
    name="readBeneficiary",
    method="GET",
    path="/v1/beneficiaries/{card_number}",
    run=read,
    does="Look a person up: whether the plan answers for them today, and which channels reach them.",
    scope=access.READ_BENEFICIARIES,
    gives=(Gives(200, wire.Beneficiary, says="The person, with a masked name and masked contacts."),),
    refusals=(Refusal.NOT_FOUND,),
)
