"""The call centre: a call from its protocol number to its end, by keys alone."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import resolve_url
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chancela.bootstrap import calls as desk, holds
from chancela.domain import call as calls, dispute as disputes, people
from chancela.domain.call import Call
from chancela.domain.delivery import Channel
from chancela.domain.permissions import Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.report import ReportOutcome, ReportWay
from chancela.portals.design import disowning
from chancela.portals.design.words import CHANNEL
from chancela.portals.operator import call_words
from chancela.portals.operator.call_forms import Answer, Reading, Who
from chancela.portals.operator.door import Office, opens
from chancela.usecases.answer_caller import AnswerCaller
from chancela.usecases.end_call import EndCall
from chancela.usecases.name_caller import NameCaller
from chancela.usecases.open_call import OpenCall
from chancela.usecases.report_token import ReportToken

SHOWN_S = 60
REFUSED = 422
NUMBERED = range(1, 9 + 1)
CHANNELS = {each.value: each for each in Channel}


@require_GET
@opens(Permission.TAKE_CALL)
async def index(office: Office) -> HttpResponse:
    """Open a call, or lead to the one that is under way."""
    call = await desk.current(office.app, office.actor)
    return office.go("call", call.id) if call else _page(office, "open")


@require_POST
@opens(Permission.TAKE_CALL)
async def begin(office: Office) -> HttpResponse:
    """Begin a call; who is on one already is led to it."""
    outcome: Call | Refused = await office.app.do(OpenCall(office.actor))
    return office.go("call", outcome.id if isinstance(outcome, Call) else _gone())


@require_GET
@opens(Permission.TAKE_CALL)
async def call(office: Office, call_id: UUID) -> HttpResponse:
    """The call where it stands: the search, a question, the caller's codes, or what became of it."""
    mine = await _mine(office, call_id)
    if not calls.alive(mine, timezone.now()):
        return _page(office, "over", mine, done=_done(mine))
    if mine.identified_at is not None:
        return await _desk(office, mine)
    if calls.spent(mine):
        return _page(office, "spent", mine)
    again = calls.untouched(mine) and mine.named < calls.MOST_NAMED
    if mine.named and not (again and "buscar" in office.request.GET):
        return _question(office, mine, again=again)
    return _page(office, "search", mine, form=Who())


@require_POST
@opens(Permission.TAKE_CALL)
async def name(office: Office, call_id: UUID) -> HttpResponse:
    """Say who rings."""
    mine, form = await _mine(office, call_id), Who(office.request.POST)
    search = form.search(office.app.means.formats) if form.is_valid() else None
    if search is None:
        return _page(office, "search", mine, status=REFUSED, form=form)
    await office.app.do(NameCaller(office.actor, mine.id, search))
    return office.go("call", mine.id)


@require_POST
@opens(Permission.TAKE_CALL)
async def answer(office: Office, call_id: UUID) -> HttpResponse:
    """Have an answer compared; what was typed is shown to nobody again."""
    mine, form = await _mine(office, call_id), Answer(office.request.POST)
    if form.is_valid():
        said = form.cleaned_data
        await office.app.do(AnswerCaller(office.actor, mine.id, said["place"], said["answer"]))
    elif calls.waiting(mine) is not None:
        return _question(office, mine, status=REFUSED, error=" ".join(map(str, form.errors.get("answer", ()))))
    return office.go("call", mine.id)


@require_http_methods(["GET", "HEAD", "POST"])
@opens(Permission.TAKE_CALL)
async def read(office: Office, call_id: UUID) -> HttpResponse:
    """Show a code for a minute, to be read out; asked for in any other way, lead back."""
    mine, form = await _mine(office, call_id), Reading(office.request.POST)
    talk = await desk.conversation(office.app, office.actor, mine)
    if talk is None or office.request.method != "POST" or not form.is_valid():
        return office.go("call", mine.id)
    outcome = await desk.read_out(office.app, talk.actor, form.cleaned_data["guia"], form.said())
    if isinstance(outcome, Refused):
        return await _refused(office, mine, outcome, typed=form.cleaned_data)
    case, digits = outcome
    shown: dict[str, Any] = {"case": case, "first": digits[:3], "second": digits[3:], "spelled": _spelled(digits)}
    response = _page(office, "code", mine, shown_s=SHOWN_S, **shown)
    # Hidden again without a script: the time is essential (WCAG 2.2, 2.2.1), and another reading shows it once more.
    response["Refresh"] = f"{SHOWN_S};url={resolve_url('call', mine.id)}"
    return response


@require_POST
@opens(Permission.TAKE_CALL)
async def send(office: Office, call_id: UUID, guia_id: UUID) -> HttpResponse:
    """Let a guia's code go out by a chosen way."""
    mine, channel = await _mine(office, call_id), CHANNELS.get(office.request.POST.get("way", ""))
    talk = await desk.conversation(office.app, office.actor, mine)
    if talk is not None and channel is not None:
        outcome = await desk.send(office.app, talk.actor, guia_id, channel)
        if isinstance(outcome, Refused):
            return await _refused(office, mine, outcome)
    return office.go("call", mine.id)


@require_http_methods(["GET", "HEAD", "POST"])
@opens(Permission.TAKE_CALL)
async def report(office: Office, call_id: UUID, guia_id: UUID) -> HttpResponse:
    """Ask first; then stop the code of a guia that the caller did not ask for, and give the report's protocol."""
    mine = await _mine(office, call_id)
    talk = await desk.conversation(office.app, office.actor, mine)
    if talk is None:
        return office.go("call", mine.id)
    missing = disowning.names_none(office.request.POST)
    if office.request.method == "POST" and not missing:
        places = disowning.places(office.request.POST)
        await office.app.do(ReportToken(talk.actor, guia_id, ReportWay.PHONE, None, places))
        return office.go("call_report", mine.id, guia_id)
    case = await office.app.guia(talk.actor, guia_id)
    if case is None or case.guia.beneficiary_id not in talk.actor.acts_for:
        raise Http404
    told = disputes.standing(case.guia, case.report)
    mistaken = told is not None and told.outcome is ReportOutcome.MISTAKEN
    more = {"report": told, "mistaken": mistaken, "disowning": disowning.shown(case, missing=missing)}
    return _page(office, "report", mine, status=REFUSED if missing else 200, case=case, **more)


@require_POST
@opens(Permission.TAKE_CALL)
async def end(office: Office, call_id: UUID) -> HttpResponse:
    """End the call, and sum it up."""
    mine = await _mine(office, call_id)
    await office.app.do(EndCall(office.actor, mine.id))
    return office.go("call", mine.id)


async def _mine(office: Office, call_id: UUID) -> Call:
    """The agent's own call; another's is not found."""
    return await desk.find(office.app, office.actor, call_id) or _gone()


def _gone() -> Any:
    raise Http404


def _page(office: Office, part: str, call: Call | None = None, *, status: int = 200, **more: Any) -> HttpResponse:
    lines = [(each, call_words.AUDIENCE[each.audience]) for each in office.operator.lines]
    context = {"here": "operator_calls", "call": call, "lines": lines, **more}
    return office.page(f"operator/call_{part}.html", context, status=status)


def _question(office: Office, call: Call, *, again: bool = False, status: int = 200, error: str = "") -> HttpResponse:
    place = calls.waiting(call)
    ask, hint = call_words.QUESTION[call.questions[place or 0].kind]
    more: dict[str, Any] = {
        "place": place,
        "nth": (place or 0) + 1,
        "ask": ask,
        "hint": hint,
        "again": again,
        "error": error,
    }
    needed = len(call.questions) - 1
    return _page(office, "question", call, status=status, needed=needed, most=needed + 1, **more)


async def _desk(
    office: Office, call: Call, refused: Refused | None = None, typed: dict[str, Any] | None = None
) -> HttpResponse:
    """The guias of those for whom the caller may act, and what can be done for each."""
    talk = await desk.conversation(office.app, office.actor, call)
    if talk is None:
        return office.go("operator_calls")
    live, awaiting = await desk.waiting(office.app, office.operator, talk)
    context = {
        "who": people.masked_name(talk.caller.name),
        "caller": talk.caller,
        "guias": [_row(nth, each) for nth, each in enumerate((*live, *awaiting), 1)],
        "reasons": call_words.REASONS.items(),
        "other": call_words.OTHER,
        "typed": typed or {},
        "error": call_words.refused(refused) if refused else None,
        "reason_missing": refused is not None and refused.reason is Refusal.REASON_NEEDED,
        "may_reveal": calls.may_reveal(call),
        "may_change": calls.may_change(call),
        "changes_contacts": holds.opens(office.operator),
        "done": _done(call),
    }
    return _page(office, "desk", call, status=REFUSED if refused else 200, **context)


def _row(nth: int, found: desk.Waiting) -> dict[str, Any]:
    """A guia as the page shows it; the first nine have their number for a key."""
    key = str(nth) if nth in NUMBERED else ""
    to_show = [(channel, "" if channel is Channel.APP else to) for channel, to in found.ways]
    ways = [{"channel": channel.value, "word": CHANNEL[channel], "to": to} for channel, to in to_show]
    return {
        "attendance": found.attendance,
        "name": people.masked_name(found.attendance.person),
        "ways": ways,
        "key": key,
    }


async def _refused(office: Office, call: Call, refused: Refused, typed: dict[str, Any] | None = None) -> HttpResponse:
    """The caller's codes with why it could not be done; what is unknown, or another's, is not found."""
    if refused.reason is Refusal.NOT_FOUND:
        raise Http404
    return await _desk(office, call, refused, typed)


def _spelled(digits: str) -> list[tuple[str, Any]]:
    return [(each, call_words.SPELLED[each]) for each in digits]


def _done(call: Call) -> list[tuple[Any, Any]]:
    return [(each, call_words.DONE[each.what]) for each in call.done]
