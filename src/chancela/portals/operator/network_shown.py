"""A provider's file as a page shows it: documents and addresses masked, unless they were uncovered just now."""

from typing import TYPE_CHECKING, Any

from django.utils.crypto import salted_hmac

from chancela.domain import contact as contacts, professional as professionals
from chancela.domain.contact import ContactKind
from chancela.domain.trail import EventKind
from chancela.portals.operator import network_words as words, trail_kinds

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.utils.functional import Promise

    from chancela.adapters.postgres.histories import Deed
    from chancela.adapters.postgres.network_reads import Listed, Sheet
    from chancela.domain.network import House
    from chancela.domain.professional import Professional

KINDS = {each.value: word for each, word in trail_kinds.KIND.items()}


def listed(each: "Listed") -> dict[str, Any]:
    """A provider in a list."""
    return {"one": each, "said": words.ACTIVE if each.active else words.ENDED, "does": ", ".join(each.specialties)}


def addresses(phones: "Iterable[str]", emails: "Iterable[str]", *, whole: bool = False) -> list[dict[str, str]]:
    """Telephones and e-mails; `mark` names one in a form without telling it."""
    kinds = [(ContactKind.MOBILE, "voice", each) for each in sorted(phones)]
    kinds += [(ContactKind.EMAIL, "email", each) for each in sorted(emails)]
    return [
        {"icon": icon, "to": to if whole else contacts.masked(kind, to), "mark": mark(to)} for kind, icon, to in kinds
    ]


def mark(address: str) -> str:
    """What names an address in a form: nothing that could be read or tried out without the installation's key."""
    return salted_hmac("network.address", address).hexdigest()[:20]


def kept(held: "Iterable[str]", dropped: "Iterable[str]") -> tuple[str, ...]:
    """The addresses that stay where those with some marks are taken away."""
    gone = frozenset(dropped)
    return tuple(each for each in sorted(held) if mark(each) not in gone)


def professional(each: "Professional", *, whole: bool = False) -> dict[str, Any]:
    """Somebody who attends at a provider."""
    return {
        "one": each,
        "entry": professionals.written(each.entry),
        "does": ", ".join(sorted(each.specialties)),
        "addresses": addresses(each.phones, each.emails, whole=whole),
        "said": words.AT_WORK if each.active else words.AWAY,
    }


def house(held: "House", *, whole: bool = False) -> dict[str, Any]:
    """What every page about a provider shows of it."""
    one = held.provider
    document = words.whole_document(held.document) if whole else words.masked_document(held.document)
    return {
        "house": held,
        "provider": one,
        "said": words.ACTIVE if one.active else words.ENDED,
        "document": document,
        "does": ", ".join(sorted(one.specialties)),
        "addresses": addresses(one.phones, one.emails, whole=whole),
        "professionals": [professional(each, whole=whole) for each in held.professionals],
    }


def sheet(found: "Sheet", *, whole: bool = False) -> dict[str, Any]:
    """Everything that the page of one provider shows of what the core keeps."""
    return {
        **house(found.house, whole=whole),
        "sheet": found,
        "programs": [(each, words.REVOKED if each.revoked_at else words.WORKING) for each in found.programs],
        "history": [_deed(each) for each in found.history],
        "twins": [listed(each) for each in found.twins],
        "turn": words.OUT if found.house.provider.active else words.IN,
    }


def _deed(each: "Deed") -> dict[str, Any]:
    said: str | Promise = KINDS.get(each.kind, each.kind)
    what = words.TOLD.get((each.kind, str(each.data.get("what", ""))), said)
    if each.kind == EventKind.RECORD_SEEN.value:
        what = words.SEEN
    fields = [words.FIELDS[name] for name in str(each.data.get("changed", "")).split(",") if name in words.FIELDS]
    return {"at": each.at, "what": what, "by": each.by, "why": each.data.get("reason"), "fields": fields}
