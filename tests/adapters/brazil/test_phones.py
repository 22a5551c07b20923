"""Telephones as people write them become E.164, exactly where phonenumbers agrees; the rest says why not."""

import phonenumbers
import pytest
from hypothesis import example, given, strategies as st

from chancela.adapters.brazil.phones import AREA, Phone, PhoneRefusal, normalise
from chancela.domain.contact import ContactKind

MOBILE, LANDLINE = ContactKind.MOBILE, ContactKind.LANDLINE


@pytest.mark.parametrize(
    "written",
    [
        "41988575949",
        "(41) 98857-5949",
        "41-988575949",
        " 41 9 8857.5949 ",
        "041988575949",
        "0 41 98857-5949",
        "0 15 41 98857-5949",
        "+55 41 98857-5949",
        "+5541988575949",
        "5541988575949",
        "0055 41 98857 5949",
        "(41) 8857-5949",
        "+55 41 8857-5949",
        "(41)\u00a098857\u20115949",
    ],
)
def test_a_mobile_is_one_number_however_it_is_written(written):
    assert normalise(written) == Phone(MOBILE, "+5541988575949")


def test_an_old_mobile_gets_its_ninth_digit():
    for first in "6789":
        assert normalise(f"11{first}1234567") == Phone(MOBILE, f"+55119{first}1234567")


def test_a_landline_stays_a_landline():
    for first in "2345":
        assert normalise(f"(11) {first}123-4567") == Phone(LANDLINE, f"+5511{first}1234567")


def test_santa_maria_has_the_country_code_as_its_area():
    assert normalise("55999123456") == Phone(MOBILE, "+5555999123456")
    assert normalise("5532221234") == Phone(LANDLINE, "+555532221234")
    assert normalise("5555999123456") == Phone(MOBILE, "+5555999123456")


def test_without_an_area_code_the_default_one_is_used():
    assert normalise("98857-5949", default_ddd="41") == Phone(MOBILE, "+5541988575949")
    assert normalise("8857-5949", default_ddd="41") == Phone(MOBILE, "+5541988575949")
    assert normalise("3222-1234", default_ddd="41") == Phone(LANDLINE, "+554132221234")
    assert normalise("(11) 98857-5949", default_ddd="41") == Phone(MOBILE, "+5511988575949")


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("", PhoneRefusal.EMPTY),
        ("  - ", PhoneRefusal.EMPTY),
        ("41 98857-5949 / 41 98857-5948", PhoneRefusal.CHARACTERS),
        ("não tem", PhoneRefusal.CHARACTERS),
        ("٤١٩٨٨٥٧٥٩٤٩", PhoneRefusal.CHARACTERS),
        ("４１９８８５７５９４９", PhoneRefusal.CHARACTERS),
        ("41988575949\x00", PhoneRefusal.CHARACTERS),
        ("41\ud8009857", PhoneRefusal.CHARACTERS),
        ("4.1E+10", PhoneRefusal.CHARACTERS),
        ("+1 212 555 0100", PhoneRefusal.FOREIGN),
        ("+351 912 345 678", PhoneRefusal.FOREIGN),
        ("+41 98857 5949", PhoneRefusal.FOREIGN),
        ("0015 1 212 555 0100", PhoneRefusal.FOREIGN),
        ("98857-5949", PhoneRefusal.NO_AREA_CODE),
        ("3222-1234", PhoneRefusal.NO_AREA_CODE),
        ("20 98857-5949", PhoneRefusal.UNKNOWN_AREA_CODE),
        ("(52) 3222-1234", PhoneRefusal.UNKNOWN_AREA_CODE),
        ("0800 643 4300", PhoneRefusal.SERVICE_NUMBER),
        ("4007-2400", PhoneRefusal.SERVICE_NUMBER),
        ("41 88575949 1", PhoneRefusal.NO_SUCH_NUMBER),
        ("41 1234-5678", PhoneRefusal.NO_SUCH_NUMBER),
        ("190", PhoneRefusal.LENGTH),
        ("1", PhoneRefusal.LENGTH),
        ("9" * 5_000, PhoneRefusal.LENGTH),
        ("4" * 14, PhoneRefusal.LENGTH),
    ],
)
def test_what_is_no_telephone_says_why(written, why):
    assert normalise(written) is why


def test_a_number_for_everyone_is_no_persons_even_with_a_default_area():
    assert normalise("4007-2400", default_ddd="41") is PhoneRefusal.SERVICE_NUMBER


def test_there_are_67_area_codes():
    import re

    assert sum(bool(re.fullmatch(AREA, f"{n:02}")) for n in range(100)) == 67


def as_phonenumbers_says(national: str) -> str | None:
    number = phonenumbers.parse(f"+55{national}")
    kind = phonenumbers.number_type(number)
    if not phonenumbers.is_valid_number(number) or phonenumbers.national_significant_number(number) != national:
        return None
    return {phonenumbers.PhoneNumberType.MOBILE: "mobile", phonenumbers.PhoneNumberType.FIXED_LINE: "landline"}.get(
        kind
    )


@given(st.from_regex("[1-9][0-9]{9,10}", fullmatch=True))
@example("1170000000")
def test_the_quick_way_agrees_with_phonenumbers_on_every_national_number(national):
    old_mobile = len(national) == 10 and national[2] in "6789"
    expected = as_phonenumbers_says(f"{national[:2]}9{national[2:]}" if old_mobile else national)
    found = normalise(national)
    assert (found.kind if isinstance(found, Phone) else None) == expected


@given(st.text(max_size=30) | st.text("0123456789+()- ", max_size=20), st.none() | st.sampled_from(["11", "41", "55"]))
def test_whatever_is_written_the_answer_is_a_valid_number_or_a_reason(text, ddd):
    found = normalise(text, ddd)
    if isinstance(found, Phone):
        number = phonenumbers.parse(found.e164)
        assert phonenumbers.is_valid_number_for_region(number, "BR")
        assert phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) == found.e164
        assert normalise(found.e164) == found
    else:
        assert found in PhoneRefusal


def test_a_printed_telephone_shows_no_digits():
    assert "4198" not in repr(normalise("41988575949"))
