"""The port `Formats`: the forms of Brazil, for the deeds that take an address or a number from a person."""

from __future__ import annotations

from chancela.adapters.brazil import documents, emails, phones
from chancela.domain.contact import ContactKind


class BrazilianFormats:
    """Texts brought to the one form in which they are kept and compared."""

    def mobile(self, text: str) -> str | None:
        """Return a Brazilian mobile as E.164, or None where it is none."""
        return _phone(text, ContactKind.MOBILE)

    def landline(self, text: str) -> str | None:
        """Return a Brazilian landline as E.164, or None where it is none."""
        return _phone(text, ContactKind.LANDLINE)

    def email(self, text: str) -> str | None:
        """Return an e-mail address with its domain in lower case, or None where it is none."""
        return emails.normalise(text)

    def cpf(self, text: str) -> str | None:
        """Return the 11 digits of a CPF, or None where it is none."""
        return documents.cpf(text)


def _phone(text: str, kind: ContactKind) -> str | None:
    phone = phones.normalise(text)
    return phone.e164 if isinstance(phone, phones.Phone) and phone.kind is kind else None
