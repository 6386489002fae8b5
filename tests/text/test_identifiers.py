"""Mail addresses, phone numbers, IBANs, postcodes and BSNs, and the numbers beside them that stay."""

import pytest

from pipeline.text.identifiers import is_bsn, is_iban, mask_identifiers


@pytest.mark.parametrize(
    "mail",
    [
        "j.vandalen@hva.nl",
        "J.VanDalen@HvA.NL",
        "joost+onderwijs@sub.domein.co.uk",
        "j_van_dalen@hva.nl",
        "josé@school.nl",
        "joost (at) hva.nl",
        "joost(at)hva(dot)nl",
        "joost @ hva.nl",
    ],
)
def test_mail_addresses_in_any_spelling(mail):
    assert mask_identifiers(f"Mail naar {mail}, of <{mail}>.") == "Mail naar [e-mail], of <[e-mail]>."


def test_an_account_with_first_and_last_name():
    assert mask_identifiers("@joost.vandalen eens, @allen ook") == "@[naam] eens, @allen ook"


@pytest.mark.parametrize(
    "phone",
    [
        "0612345678",
        "06-12345678",
        "06 12345678",
        "06 - 12 34 56 78",
        "06.12.34.56.78",
        "06/12345678",
        "+31612345678",
        "+31 6 12345678",
        "+31 (0)6 12 34 56 78",
        "+31(0)612345678",
        "0031 6 12345678",
        "(020) 123 45 67",
        "020-1234567",
        "0318 - 12 34 56",
        "+31 20 123 4567",
        "088 123 45 67",
        "+32 478 12 34 56",
    ],
)
def test_phone_numbers_in_any_spelling(phone):
    assert mask_identifiers(f"Bel {phone} of ({phone}).") == "Bel [telefoon] of ([telefoon])."


def test_two_phone_numbers_and_one_that_is_named():
    assert mask_identifiers("06-12345678/020-1234567") == "[telefoon]/[telefoon]"
    assert mask_identifiers("tel. 1234567") == "tel. [telefoon]"


@pytest.mark.parametrize(
    "iban",
    [
        "NL91ABNA0417164300",
        "NL91 ABNA 0417 1643 00",
        "nl91 abna 0417 1643 00",
        "NL91.ABNA.0417.1643.00",
        "NL91-ABNA-0417-1643-00",
        "BE68 5390 0754 7034",
        "DE89 3704 0044 0532 0130 00",
    ],
)
def test_ibans_with_and_without_gaps(iban):
    assert mask_identifiers(f"Rekening {iban} staat open.") == "Rekening [iban] staat open."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kerkstraat 12, 3511 AB Utrecht", "Kerkstraat 12, [postcode] Utrecht"),
        ("2514ED Den Haag", "[postcode] Den Haag"),
        ("3511ab utrecht", "[postcode] utrecht"),
        ("Haar nummer is 123456782.", "Haar nummer is [bsn]."),
        ("BSN 1234.56.782", "BSN [bsn]"),
        ("BSN: 123 456 782", "BSN: [bsn]"),
        ("Mijn bsn is 123456789", "Mijn bsn is [bsn]"),
    ],
)
def test_postcodes_and_citizen_service_numbers(text, expected):
    assert mask_identifiers(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "NL92ABNA0417164300",
        "1234 SS en 0123 AB",
        "in 2024 PO en VO, in 2023 HBO",
        "1500 in totaal, 1250kg, 1200st",
        "ordernummer 123456789",
        "KvK 12345678, KvK-nummer 123456782 en RSIN: 111222333",
        "€ 123456782, EUR 123456782 en 123456782 euro",
        "€123.456.782 of 1.234.567,89",
        "2.500 leraren en 12500 euro",
        "1998, 2005, 2019-2024 en schooljaar 2024-2025",
        "p. 12-34, blz. 1234",
        "ISBN 978-90-1234-567-8, ISBN 9789012345678",
        "BRIN 12AB00",
        "11-03-2024 14:00, 03/11/2024 en 2024-03-11T09:30",
        "art. 7.12 WHW, zaaknummer 2024-0012345678",
        "Dat is @ en at, in 3 sessies.",
    ],
)
def test_other_numbers_stay(text):
    assert mask_identifiers(text) == text


def test_the_checks_of_iban_and_bsn():
    assert is_bsn("123456782")
    assert not is_bsn("123456783")
    assert not is_bsn("000000000")
    assert is_iban("NL91ABNA0417164300")
    assert not is_iban("NL19ABNA0417164300")


def test_masked_text_is_left_as_it_is():
    once = mask_identifiers("joost@hva.nl 06-12345678 NL91ABNA0417164300 3511 AB 123456782 @joost.vandalen")
    assert once == "[e-mail] [telefoon] [iban] [postcode] [bsn] @[naam]"
    assert mask_identifiers(once) == once
