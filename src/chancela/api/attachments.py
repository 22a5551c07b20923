"""Documents of a guia over the machine edge: what an auditor waits for, or what a guia without a code still owes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from chancela.api import access, files, query, wire
from chancela.api.operation import Gives, Operation, Parameter
from chancela.bootstrap import documents as house
from chancela.domain.refusal import Refusal

if TYPE_CHECKING:
    from chancela.api.call import Call
    from chancela.api.replies import Reply
    from chancela.bootstrap.once import Once

MOST_ITEMS: Final = 50
ITEM_SCHEMA: Final = {"type": "integer", "minimum": 1, "maximum": MOST_ITEMS}


async def add(call: Call) -> Reply:
    """Add the file that is the body to a guia, or to one of its items."""
    item = query.read(call.scope["query_string"], {"item": partial(query.whole, most=MOST_ITEMS)}).get("item")

    async def bring(content: bytes, once: Once | None) -> Any:
        return await house.bring(call.app, call.actor, call.guia_id, item, content, once)

    return await files.answered(call, bring)


ADD: Final = Operation(
    name="addAttachment",
    method="POST",
    path="/v1/guias/{guia_id}/attachments",
    run=add,
    does=(
        "Add a document: for one `item` that an auditor asked for, or for the whole guia,"
        " which is also what a guia without a code owes where `absence.owes` holds `document`."
    ),
    scope=access.WRITE_GUIAS,
    raw=files.BODIES,
    parameters=(Parameter("item", "The item that the document is for; the whole guia without it.", ITEM_SCHEMA),),
    gives=(Gives(200, wire.Guia, says="The guia as it stands now."),),
    refusals=(
        *(Refusal.NOT_FOUND, Refusal.NOTHING_TO_REVIEW, Refusal.GUIA_CANCELLED, Refusal.GUIA_EXPIRED),
        *files.REFUSALS,
    ),
    faults=files.FAULTS,
    changes=True,
)
