"""Contingency numbers in the office: lists handed out and ended, numbers told by telephone that nobody brought in."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from chancela.adapters.postgres.block_reads import BlockReads
from chancela.bootstrap import calls as desk
from chancela.domain import block as blocks, call as calls, sentences
from chancela.domain.call import Doing
from chancela.domain.permissions import Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.portals.operator import call_words
from chancela.portals.operator.contingency_forms import End, Give, Hand
from chancela.portals.operator.door import Office, opens
from chancela.usecases.end_block import EndBlock
from chancela.usecases.give_number import GiveNumber
from chancela.usecases.take_block import TakeBlock

HERE = "operator_blocks"
REFUSED = 422
ASKED = require_http_methods(["GET", "HEAD", "POST"])


@ASKED
@opens(Permission.TAKE_BLOCK)
async def index(office: Office) -> HttpResponse:
    """What waits, what was handed out, and the form to hand out more; who sends it does."""
    form = Hand(office.request.POST if office.request.method == "POST" else None)
    if form.is_valid():
        outcome = await office.app.do(TakeBlock(office.actor, form.cleaned_data["provider"].strip()))
        if not isinstance(outcome, Refused):
            return office.go(HERE, query={"lista": f"{outcome.no}"})
        form.add_error("provider", _sentence(outcome))
    reads = BlockReads(office.app.pool)
    told = await reads.told(office.operator.ans)
    listed = await reads.recent(office.operator.ans)
    context = {
        "here": HERE,
        "form": form,
        "told": [(each, blocks.grouped(each.block.numbers[0]), _why(each.refused)) for each in told],
        "listed": [(each, blocks.open_to(each.block, timezone.now())) for each in listed],
        "done": office.request.GET.get("lista", "")[:6],
    }
    return office.page("operator/contingency.html", context, status=REFUSED if form.is_bound else 200)


@ASKED
@opens(Permission.TAKE_BLOCK)
async def end(office: Office, block_id: UUID) -> HttpResponse:
    """Ask why; then end a list, whose numbers take nothing that happens from then on."""
    listed = await BlockReads(office.app.pool).one(office.operator.ans, block_id)
    if listed is None:
        raise Http404
    form = End(office.request.POST if office.request.method == "POST" else None)
    if form.is_valid():
        outcome = await office.app.do(EndBlock(office.actor, block_id, form.cleaned_data["why"]))
        if not isinstance(outcome, Refused):
            return office.go(HERE)
        form.add_error("why", _sentence(outcome))
    context = {"here": HERE, "form": form, "each": listed}
    return office.page("operator/contingency_end.html", context, status=REFUSED if form.is_bound else 200)


@ASKED
@opens(Permission.GIVE_NUMBER)
async def give(office: Office, call_id: UUID) -> HttpResponse:
    """Ask who rings and of whom; then show one number, to be read aloud, under the call's protocol."""
    mine = await desk.find(office.app, office.actor, call_id)
    if mine is None:
        raise Http404
    if not calls.alive(mine, timezone.now()):
        return office.go("call", mine.id)
    form = Give(office.request.POST if office.request.method == "POST" else None)
    given = {each.about for each in mine.done if each.what is Doing.NUMBER_GIVEN}
    number = next((each for each in given if each == office.request.GET.get("dado")), "")
    if form.is_valid():
        said = form.cleaned_data
        command = GiveNumber(office.actor, mine.id, said["provider"].strip(), said["card"], said["note"])
        outcome = await office.app.do(command)
        if isinstance(outcome, Refused):
            form.add_error("provider", _sentence(outcome))
        else:
            return office.go("call_number", mine.id, query={"dado": outcome.numbers[0]})
    context: dict[str, Any] = {"here": "operator_calls", "call": mine, "form": form, "number": number}
    if number:
        context |= {"groups": [_spelled(each) for each in blocks.grouped(number).split()]}
    return office.page("operator/call_number.html", context, status=REFUSED if form.is_bound else 200)


def _spelled(group: str) -> tuple[str, str]:
    return group, " ".join(str(call_words.SPELLED[each]) for each in group)


def _why(reason: Refusal | None) -> str:
    return _sentence(Refused(reason)) if reason else ""


def _sentence(outcome: Refused) -> str:
    return sentences.sentence(outcome, get_language() or sentences.PORTUGUESE)
