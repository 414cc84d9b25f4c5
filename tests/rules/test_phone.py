"""One spelling for each number, none for hidden ones. ``phonenumbers`` is the oracle."""

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from callcenter.rules import phone
from callcenter.rules.phone import Caller

SAME = "+6281234567890"
KINDS = {
    PhoneNumberType.MOBILE: "mobile",
    PhoneNumberType.FIXED_LINE: "fixed",
    PhoneNumberType.FIXED_LINE_OR_MOBILE: "fixed",
}
ALWAYS = settings(deadline=None, database=None)


@pytest.mark.parametrize(
    "spelling",
    [
        "0812-3456-7890",
        "0812 3456 7890",
        "(0812) 3456.7890",
        "081234567890",
        "81234567890",  # a spreadsheet dropped the 0
        "6281234567890",  # a carrier dropped the +
        "+6281234567890",
        "+62 812-3456-7890",
        "+62 (0)812 3456 7890",
        "006281234567890",
        "tel:+6281234567890",
        " 0812–3456–7890\u200e",  # copied from a chat: dashes, a mark for the direction
    ],
)
def test_one_mobile_number_has_one_spelling(spelling):
    assert phone.normalise(spelling) == SAME


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("031-8293097", "+62318293097"),
        ("031-8280254", "+62318280254"),
        ("62318293097", "+62318293097"),
        ("0341 551234", "+62341551234"),
        ("021-25541246", "+622125541246"),
        ("0800-150-3001", "+628001503001"),
        ("1500537", "+621500537"),
        ("622100000001", "+622100000001"),  # as Telin sends it
        ("0812-3456-78", "+62812345678"),  # ten digits, the shortest mobile number
        ("0812-3456-78901", "+6281234567890" + "1"),  # thirteen, the longest
        ("0266-696687", "+62266696687"),  # in Sukabumi; without the 0 it spells ANONYMOUS
        ("+6591234567", "+6591234567"),
        ("+31 20 123 4567", "+31201234567"),
    ],
)
def test_other_numbers_that_people_have(raw, number):
    assert phone.normalise(raw) == number


@pytest.mark.parametrize(
    "raw",
    [
        "129",  # only from here, and no caller
        "8293097",  # a local number without its area
        "25541246",  # 021 is missing; 0254 is another town
        "0812-3456-7",  # a digit too few
        "0812-3456-789012",  # a digit too many
        "0812-3456-7890 / 0813-1111-2222",  # two numbers in one field
        "+62",
        "+",
        "6591234567890123456",
        "0812E+10",
        "client:agent_12",
        "sip:081234567890@carrier.example",
        "Budi",
    ],
)
def test_what_is_no_number_is_none(raw):
    assert phone.normalise(raw) is None


def test_sixty_two_in_front_is_the_country_and_never_the_area_0622():
    assert phone.normalise("0622-123456") == "+62622123456"
    assert phone.normalise("622123456") is None  # 062 2123456 is too short to be one


@pytest.mark.parametrize(
    "raw",
    [
        *("", "  ", "anonymous", "Anonymous", "+anonymous", "Restricted", "unknown", "UNAVAILABLE"),
        *("private", "Private Number", "blocked", "No Caller ID", "nomor tersembunyi"),
        *("sip:anonymous@anonymous.invalid", "sip:Restricted@10.0.0.1"),
        *("+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253", "266696687"),
    ],
)
def test_a_hidden_number_is_withheld_and_never_an_identity(raw):
    assert phone.withheld(raw)
    assert phone.caller(raw) == Caller(None, withheld=True, kind="withheld")


@pytest.mark.parametrize("raw", ["???", "()", "Budi", "+"])
def test_rubbish_counts_as_withheld(raw):
    assert phone.caller(raw) == Caller(None, withheld=True, kind="withheld")


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        ("0812-3456-7890", "mobile"),
        ("031-8293097", "fixed"),
        ("+6591234567", "foreign"),
        ("0800-150-3001", "other"),
        ("1500537", "other"),
        ("client:agent_12", "other"),
        ("sip:12@office.example", "other"),
        ("129", "other"),
    ],
)
def test_what_kind_of_caller_it_is(raw, kind):
    found = phone.caller(raw)
    assert (found.kind, found.withheld) == (kind, False)
    assert found.number == phone.normalise(raw)


@pytest.mark.parametrize(
    ("number", "shown", "hidden"),
    [
        ("+6281234567890", "0812-3456-7890", "0812-••••-7890"),
        ("+628123456789", "0812-3456-789", "0812-••••-789"),
        ("+62812345678", "0812-3456-78", "0812-••••-678"),
        ("+6281234567890" + "1", "0812-3456-78901", "0812-••••-8901"),
        ("+62318293097", "031-8293097", "031-••••-097"),
        ("+62341551234", "0341-551234", "0341-••••-234"),
        ("+628001503001", "0800-150-3001", "0800-••••-001"),
        ("+621500537", "1500-537", "1500-••••"),  # too short to show its end
        ("+6591234567", "+6591234567", "+65-••••-567"),
    ],
)
def test_a_number_as_it_is_written_and_as_it_is_masked(number, shown, hidden):
    assert phone.national(number) == shown
    assert phone.masked(number) == hidden


@pytest.mark.parametrize(
    ("number", "may"),
    [
        ("+6281234567890", True),
        ("+62318293097", True),
        ("+628091234567", False),  # premium
        ("+628001503001", False),  # free-phone: nobody is reached there
        ("+621500537", False),
        ("+6591234567", False),  # abroad
        ("+15005550006", False),
        ("0812-3456-7890", False),  # not normalised, so never checked either
        ("+6281234567890;ext=1", False),
        ("+62٨١٢٣٤٥٦٧٨٩٠", False),  # digits to Python, not to a carrier
        ("", False),
    ],
)
def test_only_indonesian_telephones_of_people_are_ever_dialled(number, may):
    assert phone.dialable(number) is may


@ALWAYS
@given(st.text())
def test_no_text_at_all_makes_it_stumble(raw):
    found = phone.caller(raw)
    assert found.number == phone.normalise(raw)
    assert (found.number is None) or not found.withheld
    if found.number:
        assert phone.normalise(found.number) == found.number  # nothing left to normalise
        assert phone.normalise(phone.national(found.number)) == found.number
        assert phone.masked(found.number) != phone.national(found.number)


@ALWAYS
@given(st.from_regex(r"\A0[1-9][0-9]{5,11}\Z"))
def test_what_phonenumbers_calls_valid_is_the_same_number_here(raw):
    oracle = phonenumbers.parse(raw, "ID")
    if not phonenumbers.is_valid_number(oracle):
        return
    number = phonenumbers.format_number(oracle, PhoneNumberFormat.E164)
    assert phone.normalise(raw) == number
    assert phone.kind_of(number) == KINDS.get(phonenumbers.number_type(oracle), "other")


@ALWAYS
@given(st.from_regex(r"\A8[1-35-9][0-9]{7,10}\Z"))
def test_every_mobile_number_is_found_again_in_each_spelling(national):
    spellings = [
        f"0{national}",
        f"62{national}",
        f"+62{national}",
        f"+62 {national[:3]} {national[3:]}",
    ]
    assert {phone.normalise(spelling) for spelling in spellings} == {f"+62{national}"}


@pytest.mark.parametrize("region", ["SG", "MY", "HK", "TW", "SA", "AE", "NL", "US", "AU"])
def test_numbers_of_migrant_workers_keep_their_country(region):
    example = phonenumbers.example_number_for_type(region, PhoneNumberType.MOBILE)
    number = phonenumbers.format_number(example, PhoneNumberFormat.E164)
    assert phone.caller(number) == Caller(number, withheld=False, kind="foreign")
