"""A person's file as a page shows it: masked, unless a part of it was uncovered just now."""

from typing import TYPE_CHECKING, Any

from chancela.domain import contact as contacts, people
from chancela.domain.contact import ContactState
from chancela.domain.record import Part
from chancela.portals.design import series, words as shared
from chancela.portals.operator import record_words as words, trail_kinds, words as kinds

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chancela.adapters.postgres.histories import Deed
    from chancela.adapters.postgres.holds import Waiting
    from chancela.adapters.postgres.record_reads import Found, Relative, Sheet
    from chancela.domain.contact import Contact
    from chancela.domain.people import Beneficiary

KINDS = {each.value: word for each, word in trail_kinds.KIND.items()}
ORDER = (*words.STATE,)


def found(each: "Found") -> dict[str, Any]:
    """Somebody in a list."""
    return {
        "id": each.id,
        "card": each.card_number,
        "name": people.masked_name(each.name),
        "year": words.year(each.birth_date),
        "plan": each.plan,
        "standing": shared.STANDING[each.standing],
        "relation": words.RELATION[each.relation],
        "merged": each.merged_into is not None,
        "protected": each.protected,
    }


def sheet(one: "Sheet", waiting: "Iterable[Waiting]", uncovered: Part | None) -> dict[str, Any]:
    """Everything that the page of one person shows."""
    person = one.person.beneficiary
    return {
        "one": who(person, whole=uncovered is Part.IDENTITY),
        "sheet": one,
        "standing": shared.STANDING[person.standing],
        "contacts": listed(one.person.contacts, whole=uncovered is Part.CONTACTS),
        "waiting": [(each, kinds.CONTACT[each.hold.kind], kinds.CONTACT_ICON[each.hold.kind]) for each in waiting],
        "channel": shared.CHANNEL[person.preferred_channel] if person.preferred_channel else None,
        "family": [_relative(each) for each in one.family],
        "visits": [(each, shared.STATUS[each.status], series.unpaid(each.denied)) for each in one.visits],
        "history": [_deed(each) for each in one.history],
        "likely": [found(each) for each in one.likely],
        "changes": words.offered(
            person.standing,
            protected=person.protected,
            private=person.private,
            dependant=person.holder_id is not None,
        ),
        "marks": [*([words.PROTECTED] if person.protected else []), *([words.PRIVATE] if person.private else [])],
    }


def who(person: "Beneficiary", *, whole: bool = False) -> dict[str, Any]:
    """Who somebody is: name, CPF and birth date masked, or as they are."""
    born = person.birth_date
    return {
        "id": person.id,
        "card": person.card_number,
        "name": person.name if whole else people.masked_name(person.name),
        "cpf": words.whole_cpf(person.cpf) if whole else words.masked_cpf(person.cpf),
        "born": born if whole else None,
        "year": words.year(born),
        "plan": person.plan,
        "relation": words.RELATION[person.relation],
        "beneficiary": person,
    }


def listed(held: "Iterable[Contact]", *, whole: bool = False) -> list[dict[str, Any]]:
    """Contacts, those in use first."""
    return [
        {
            "id": each.id,
            "icon": kinds.CONTACT_ICON[each.kind],
            "kind": kinds.CONTACT[each.kind],
            "to": each.address if whole else contacts.masked(each.kind, each.address),
            "said": words.STATE[each.state],
            "since": each.created_at,
            "typed_by": each.typed_by,
            "contestable": each.state not in {ContactState.CONTESTED, ContactState.RETIRED},
        }
        for each in sorted(held, key=lambda each: (ORDER.index(each.state), each.kind, str(each.id)))
    ]


def _relative(each: "Relative") -> dict[str, Any]:
    return {
        "id": each.id,
        "tie": words.TIE[each.tie],
        "name": people.masked_name(each.name),
        "card": each.card_number,
        "standing": shared.STANDING[each.standing],
        "until": each.until,
    }


def _deed(each: "Deed") -> dict[str, Any]:
    what = words.DONE.get(str(each.data.get("what", ""))) or KINDS.get(each.kind, each.kind)
    by = next((word for prefix, word in words.BY.items() if each.by.startswith(prefix)), each.by)
    return {"at": each.at, "what": what, "by": by, "why": each.data.get("reason")}
