"""Brazilian telephones as people write them, brought to E.164; what cannot be one says why."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

from chancela.domain.contact import ContactKind

AREA = "(?:[14689][1-9]|2[12478]|3[1-578]|5[13-5]|7[13-579])"  # the 67 DDDs, as in phonenumbers' data for BR
PREFIX = r"(?:\+55|0055|55|0)?"
MOBILE = re.compile(f"{PREFIX}({AREA})(9[0-9]{{8}})")
OLD_MOBILE = re.compile(f"{PREFIX}({AREA})([6-9][0-9]{{7}})")  # from before the ninth digit (Anatel, 2012 to 2016)
LANDLINE = re.compile(f"{PREFIX}({AREA})([2-5][0-9]{{7}})")
WRITTEN = re.compile(r"\+?[0-9]+")
PUNCTUATION = str.maketrans("", "", " ().-\t\u00a0\u2011\u2013")
LOCAL_LENGTHS = (8, 9)
NATIONAL_LENGTHS = (10, 11)


class PhoneRefusal(StrEnum):
    """Why a text is no telephone of a person in Brazil."""

    EMPTY = "empty"
    CHARACTERS = "characters"
    FOREIGN = "foreign"
    NO_AREA_CODE = "no_area_code"
    UNKNOWN_AREA_CODE = "unknown_area_code"
    SERVICE_NUMBER = "service_number"
    LENGTH = "length"
    NO_SUCH_NUMBER = "no_such_number"


@dataclass(frozen=True, slots=True)
class Phone:
    """A mobile or a landline in E.164: `+55`, two digits of area, nine or eight of the line."""

    kind: ContactKind
    e164: str = field(repr=False)


def normalise(text: str, default_ddd: str | None = None) -> Phone | PhoneRefusal:
    """Return the telephone that the text means, or why it means none.

    Takes ASCII digits with the usual punctuation, with or without country code, trunk zero and carrier. A mobile of
    eight digits (6 to 9 first) gets its ninth digit; without an area code the default one is used where given.
    """
    bare = text.strip().translate(PUNCTUATION)
    if found := _with_area(bare):
        return found
    if not bare:
        return PhoneRefusal.EMPTY
    if not WRITTEN.fullmatch(bare):
        return PhoneRefusal.CHARACTERS
    return _unusual(bare, default_ddd)


def _with_area(bare: str) -> Phone | None:
    if match := MOBILE.fullmatch(bare):
        return Phone(ContactKind.MOBILE, f"+55{match[1]}{match[2]}")
    if match := LANDLINE.fullmatch(bare):
        return Phone(ContactKind.LANDLINE, f"+55{match[1]}{match[2]}")
    if match := OLD_MOBILE.fullmatch(bare):
        return Phone(ContactKind.MOBILE, f"+55{match[1]}9{match[2]}")
    return None


def _unusual(bare: str, default_ddd: str | None) -> Phone | PhoneRefusal:
    import phonenumbers  # only here, as most numbers never need it

    domestic = re.sub(r"^(?:\+55|0055)", "", bare)
    if domestic.startswith(("+", "000")):
        return PhoneRefusal.FOREIGN
    try:
        parsed = phonenumbers.parse(domestic, "BR")  # takes trunk zeros and carriers away
    except phonenumbers.NumberParseException:
        return PhoneRefusal.LENGTH
    if parsed.country_code != phonenumbers.country_code_for_region("BR"):
        return PhoneRefusal.FOREIGN
    national = phonenumbers.national_significant_number(parsed)
    if phonenumbers.number_type(parsed) in _service_types():
        return PhoneRefusal.SERVICE_NUMBER
    if len(national) in LOCAL_LENGTHS:
        return _local(national, default_ddd)
    return _with_area(national) or _refusal(national)


def _service_types() -> tuple[int, ...]:
    from phonenumbers import PhoneNumberType

    return (PhoneNumberType.TOLL_FREE, PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST)


def _local(local: str, default_ddd: str | None) -> Phone | PhoneRefusal:
    if default_ddd is None:
        return PhoneRefusal.NO_AREA_CODE
    return _with_area(default_ddd + local) or _refusal(default_ddd + local)


def _refusal(national: str) -> PhoneRefusal:
    if len(national) not in NATIONAL_LENGTHS:
        return PhoneRefusal.LENGTH
    if not re.match(AREA, national):
        return PhoneRefusal.UNKNOWN_AREA_CODE
    return PhoneRefusal.NO_SUCH_NUMBER
