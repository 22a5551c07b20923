"""One's own contacts and those of whom one cares for: seen masked, changed with a code to the new one."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chancela.bootstrap import contacts as cards
from chancela.domain.refusal import Refusal, Refused
from chancela.portals.hand import contact_words, words
from chancela.portals.hand.contact_forms import FORMS, NewEmail, NewMobile, Wishes
from chancela.portals.hand.door import Hand, address, signed_in, step_up
from chancela.portals.hand.forms import Entry
from chancela.usecases.ask_contact import AskContact
from chancela.usecases.confirm_contact import ConfirmContact
from chancela.usecases.set_ways import SetWays

REFUSED = 422
AGAIN = {Refusal.CODE_MALFORMED, Refusal.CODE_REFUSED}


@require_safe
@signed_in
async def contacts(hand: Hand, person_id: UUID | None = None) -> HttpResponse:
    """Show how a person is reached, and what can be changed here; for the rest, whom to call."""
    card = await _card(hand, person_id)
    return _page(hand, card, Wishes(card), saved="salvo" in hand.request.GET)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@step_up
async def new(hand: Hand, person_id: UUID, kind: str) -> HttpResponse:
    """Take a new mobile or e-mail; a code goes to it, and nothing changes yet."""
    card, what = await _card(hand, person_id), contact_words.SLUGS.get(kind)
    if what is None:
        raise Http404
    if not card.open:
        return hand.go("hand_contacts", person_id)
    form = FORMS[what](hand.request.POST if hand.request.method == "POST" else None)
    if not form.is_valid():
        return _new(hand, card, kind, form)
    asked = await hand.app.do(AskContact(hand.actor, person_id, what, form.cleaned_data["address"]))
    if isinstance(asked, Refused):
        form.add_error("address", str(contact_words.refused(asked, what)))
        return _new(hand, card, kind, form)
    return hand.go("hand_contact_code", asked)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
async def code(hand: Hand, change_id: UUID) -> HttpResponse:
    """Take the code that came to the new contact; then say what was done, and what happens next."""
    proof = await cards.proof(hand.app, hand.operator, hand.actor, change_id, hand.session.now)
    if proof is None:
        raise Http404
    form = Entry(hand.request.POST if hand.request.method == "POST" and proof.waits else None)
    if not form.is_valid():
        return _code(hand, proof, form)
    entered = await hand.app.do(ConfirmContact(hand.actor, change_id, form.cleaned_data["code"]))
    if isinstance(entered, Refused) and entered.reason in AGAIN:
        return _code(hand, proof, form.told(words.entry(entered)))
    if isinstance(entered, Refused) and entered.reason in contact_words.REFUSED:
        return _code(hand, proof, form, why=contact_words.refused(entered, proof.change.kind))
    return hand.go("hand_contact_code", change_id)


@require_POST
@signed_in
async def ways(hand: Hand, person_id: UUID) -> HttpResponse:
    """Keep how a person wishes to be reached; it may silence messages, so it asks for a code entered lately."""
    card = await _card(hand, person_id)
    if not hand.session.fresh:
        return hand.go("hand_confirm", query={"next": address("hand_contacts", hand.ans, person_id)})
    form = Wishes(card, hand.request.POST)
    if not form.is_valid():
        return _page(hand, card, form, status=REFUSED)
    await hand.app.do(SetWays(hand.actor, person_id, form.ways))
    return hand.go("hand_contacts", person_id, query={"salvo": "1"})


async def _card(hand: Hand, person_id: UUID | None) -> cards.Card:
    """The contacts of oneself, or of somebody for whom one manages; another's are like nobody's."""
    card = await cards.card(hand.app, hand.operator, hand.actor, person_id or hand.person.beneficiary.id)
    if card is None:
        raise Http404
    return card


def _page(hand: Hand, card: cards.Card, form: Wishes, status: int = 200, *, saved: bool = False) -> HttpResponse:
    context = {**_whose(card), "rows": contact_words.rows(card), "form": form, "saved": saved}
    return hand.page("hand/contacts.html", context, status=status)


def _new(hand: Hand, card: cards.Card, kind: str, form: NewMobile | NewEmail) -> HttpResponse:
    row = next(each for each in contact_words.rows(card) if each["slug"] == kind)
    context = {**_whose(card), "row": row, "form": form}
    return hand.page("hand/contact_new.html", context, status=REFUSED if form.is_bound else 200)


def _code(hand: Hand, proof: cards.Proof, form: Entry, why: object = None) -> HttpResponse:
    slug = next(slug for slug, kind in contact_words.SLUGS.items() if kind is proof.change.kind)
    context = {**_whose(proof.card), "proof": proof, "slug": slug, "form": form, "why": why}
    return hand.page("hand/contact_code.html", context, status=REFUSED if form.is_bound else 200)


def _whose(card: cards.Card) -> dict[str, object]:
    return {"here": "family", "card": card, "one": card.person.beneficiary}
