"""What proves something to a third party: receipts, the trail's checkpoints, and the keys that verify both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chancela.api import access, problems, replies, shapes, wire
from chancela.api.operation import Gives, Operation
from chancela.api.replies import ENCODER, Reply
from chancela.domain.refusal import Refusal

if TYPE_CHECKING:
    from chancela.api.call import Call

OPEN: Final = (
    (b"content-type", b"application/json"),
    (b"cache-control", b"public, max-age=300"),
    replies.AS_DECLARED,
)


async def receipt(call: Call) -> Reply:
    """Give the receipt of a validated guia."""
    found = await call.app.receipt(call.actor, call.guia_id)
    if found is None:
        return problems.refusal(Refusal.NOT_FOUND, call.language)
    return replies.of(wire.Receipt(found.jws, found.validation_code))


async def checkpoint(call: Call) -> Reply:
    """Give the newest checkpoint of the caller's operator."""
    found = await call.app.reads.checkpoint(call.actor.operator)
    if found is None:
        return problems.refusal(Refusal.NOT_FOUND, call.language)
    return replies.of(wire.Checkpoint(found.size, found.root.hex(), shapes.instant(found.made_at), found.jws))


async def keys(call: Call) -> Reply:
    """Give the public keys to anyone."""
    return Reply(200, ENCODER.encode(call.app.keys.jwks()), OPEN)


RECEIPT: Final = Operation(
    name="readReceipt",
    method="GET",
    path="/v1/guias/{guia_id}/receipt",
    run=receipt,
    does="Read the signed receipt of a validated guia; it can be verified with the public keys alone.",
    scope=access.READ_GUIAS,
    gives=(Gives(200, wire.Receipt, says="The receipt."),),
    refusals=(Refusal.NOT_FOUND,),
)

CHECKPOINT: Final = Operation(
    name="readCheckpoint",
    method="GET",
    path="/v1/checkpoints/latest",
    run=checkpoint,
    does="Read the newest signed checkpoint of your operator's trail.",
    scope=access.READ_TRAIL,
    gives=(Gives(200, wire.Checkpoint, says="The checkpoint."),),
    refusals=(Refusal.NOT_FOUND,),
)

KEYS: Final = Operation(
    name="readKeys",
    method="GET",
    path="/.well-known/jwks.json",
    run=keys,
    does="Read the public keys that verify receipts, checkpoints and access tokens.",
    gives=(Gives(200, wire.KeySet, says="The keys, retired ones too."),),
)
