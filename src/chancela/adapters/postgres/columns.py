"""From facts to columns: each function returns one list a column, as the statements' unnest() takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chancela.adapters.postgres import rows

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from chancela.domain.case import Case
    from chancela.domain.contact import Contact
    from chancela.domain.delivery import Delivery
    from chancela.domain.guia import Guia
    from chancela.domain.token import Token, Validation
    from chancela.domain.trail import Entry

Columns = dict[str, Any]


def born(guias: Sequence[Guia]) -> Columns:
    """New guias."""
    return {
        "ids": [each.id for each in guias],
        "numbers": [each.number for each in guias],
        "provider_numbers": [each.provider_number for each in guias],
        "kinds": [each.kind.value for each in guias],
        "people": [each.beneficiary_id for each in guias],
        "cards": [each.card_number for each in guias],
        "providers": [each.provider for each in guias],
        "created": [each.created_at for each in guias],
        "until": [each.valid_until for each in guias],
        "procedures": [rows.procedures_text(each.procedures) for each in guias],
        "authorisations": [each.authorisation.value for each in guias],
        "attendances": [each.attendance.value for each in guias],
        "requesters": [each.requester for each in guias],
        "notes": [each.notes for each in guias],
    }


def changed(guias: Sequence[Guia]) -> Columns:
    """Guias whose own row changes."""
    return {
        "ids": [each.id for each in guias],
        "authorisations": [each.authorisation.value for each in guias],
        "attendances": [each.attendance.value for each in guias],
        "generations": [each.generation for each in guias],
        "wrong": [each.wrong_tries for each in guias],
        "ends": [each.last_end for each in guias],
        "whys": [each.cancelled_why for each in guias],
    }


def procedures(guias: Sequence[Guia]) -> Columns:
    """Guias whose procedures were decided."""
    return {"ids": [each.id for each in guias], "procedures": [rows.procedures_text(each.procedures) for each in guias]}


def live(cases: Sequence[Case]) -> Columns:
    """Codes that live now."""
    held = [(case.token, case.secret) for case in cases]
    pairs = [(token, secret) for token, secret in held if token is not None and secret is not None]
    return {
        **_tokens([token for token, _ in pairs]),
        "digests": [secret.digest for _, secret in pairs],
        "seals": [secret.sealed for _, secret in pairs],
        "days": [secret.key_date for _, secret in pairs],
    }


def ended(tokens: Sequence[Token]) -> Columns:
    """Codes that became history."""
    return {
        **_tokens(tokens),
        "ended": [each.ended_at for each in tokens],
        "ends": [each.end.value if each.end else None for each in tokens],
    }


def _tokens(tokens: Sequence[Token]) -> Columns:
    return {
        "ids": [each.guia_id for each in tokens],
        "generations": [each.generation for each in tokens],
        "issued": [each.issued_at for each in tokens],
        "expires": [each.expires_at for each in tokens],
        "wrong": [each.wrong_tries for each in tokens],
    }


def validations(found: Sequence[Validation]) -> Columns:
    """Validations."""
    return {
        "ids": [each.guia_id for each in found],
        "at": [each.at for each in found],
        "windows": [each.window.value for each in found],
        "methods": [each.method.value for each in found],
        "codes": [each.code for each in found],
        "generations": [each.generation for each in found],
        "by": [each.by for each in found],
        "seqs": [each.event_seq for each in found],
    }


def deliveries(planned: Sequence[Delivery]) -> Columns:
    """Messages to send."""
    return {
        "ids": [each.id for each in planned],
        "guias": [each.guia_id for each in planned],
        "people": [each.beneficiary_id for each in planned],
        "generations": [each.generation for each in planned],
        "channels": [each.channel.value for each in planned],
        "contacts": [each.contact_id for each in planned],
        "masked": [each.to for each in planned],
        "planned": [each.planned_at for each in planned],
    }


def contacts(learnt: Sequence[Contact]) -> Columns:
    """First contacts."""
    return {
        "ids": [each.id for each in learnt],
        "people": [each.beneficiary_id for each in learnt],
        "kinds": [each.kind.value for each in learnt],
        "addresses": [each.address for each in learnt],
        "states": [each.state.value for each in learnt],
        "typed_by": [each.typed_by for each in learnt],
        "guias": [each.guia_id for each in learnt],
    }


def days(counts: Mapping[str, Counter[str]], now: datetime, today: date) -> Columns:
    """Counts of providers."""
    found = list(counts.values())
    return {
        "day": today,
        "providers": list(counts),
        "guias": [each["guias"] for each in found],
        "sends": [each["sends"] for each in found],
        "wrong": [each["wrong"] for each in found],
        "wrong_at": [now if each["wrong"] else None for each in found],
    }


def events(entries: Sequence[Entry]) -> Columns:
    """Events of the trail."""
    return {
        "seqs": [each.seq for each in entries],
        "at": [each.at for each in entries],
        "kinds": [each.kind for each in entries],
        "subjects": [each.subject for each in entries],
        "actors": [each.actor for each in entries],
        "data": [each.data for each in entries],
        "hashes": [each.hash for each in entries],
    }
