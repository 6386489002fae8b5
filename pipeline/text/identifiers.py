"""Find what points at one person in a form of its own: mail addresses, phone numbers, IBANs, postcodes and BSNs."""

import re
from collections.abc import Callable

MARKS = re.compile(r"\[(?:naam|e-mail|telefoon|iban|postcode|bsn|organisatie)\]")  # what is masked already

_GROUP_GAPS = " .-"  # between the groups of an IBAN
MIN_IBAN, MAX_IBAN = 15, 34  # characters, ISO 13616
_BSN_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)
_MAX_BEFORE = 15  # characters before a number that tell what it is
_YEARS = range(1900, 2100)
# What follows a year rather than stands in a postcode (`in 2024 PO en VO`), and units behind a number.
_NO_POSTCODE = frozenset(
    "PO VO SO HO WO EN OF IN OP IS AL TE ZO NA DE WE KM CM MM KG MB GB KB TB ML KW EU PX HZ ST ND RD TH ER".split()
)

_AT = re.compile(r"@|[(\[]at[)\]]", re.IGNORECASE)
_DOT = r"(?:\.| ?[(\[](?:dot|punt)[)\]] ?)"
_MAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}(?:@[\w-]+(?:\.[\w-]+)+|"
    rf"(?: @ | ?[(\[]at[)\]] ?)[\w-]+(?:{_DOT}[\w-]+)*{_DOT}[a-z]{{2,}})",  # naam (at) school (punt) nl
    re.IGNORECASE,
)
_HANDLE = re.compile(r"(?<![\w.@])@[^\W\d_]+(?:\.[^\W\d_]+)+")  # @voornaam.achternaam
_DATE = r"(?!\d{1,2}[-./ ]\d{1,2}[-./ ](?:19|20)\d\d(?!\d))"
_PHONE = re.compile(
    rf"(?<![\w.,€-])(?<![^\d\s]/){_DATE}(?:"
    r"(?:\+|00)[1-9]\d{0,2}[ .-]?(?:\(0\)[ .-]?)?\d(?:[ .-]{0,3}\d){7,10}"  # +31 6 12345678, 0032 …
    r"|\(0\d{1,3}\)[ .-]{0,3}\d(?:[ .-]?\d){5,7}"  # (030) 123 45 67
    r"|0[1-9](?:[ .-]{0,3}\d){8}"  # 06-12345678, 030 - 123 45 67
    r"|06/\d(?:[ .-]?\d){7}|0\d{2,3}/\d(?:[ .-]?\d){5,6}"  # 06/12345678, 030/123 45 67
    r")(?![\w-]|[.,]\d)"
)
_NAMED_PHONE = re.compile(
    r"(?i)(\b(?:tel(?:efoon)?(?:nummer|nr)?|mobiel|gsm|toestel|06-nummer)\b[.:]?\s{0,2})(\d[\d -]{5,14}\d)(?!\w)"
)
_IBAN = re.compile(r"(?<!\w)[A-Za-z]{2}\d{2}(?:[ .-]?[A-Za-z0-9]){11,30}(?!\w)")
_POSTCODE = re.compile(r"(?<![\w.,€-])([1-9]\d{3})(?: ?(?!SA|SD|SS)([A-Z]{2})|(?!sa|sd|ss)([a-z]{2}))(?![\w-])")
_BSN = re.compile(r"(?<![\w.,/€+-])\d{9}(?![\w-]|[.,]\d)|(?<![\w.,/€+-])\d{4}\.\d{2}\.\d{3}(?![\w-]|[.,]\d)")
_NAMED_BSN = re.compile(
    r"(?i)(\b(?:bsn|burgerservicenummer|sofi-?nummer)\b\W{0,3}(?:(?:is|nr|nummer)\b\W{0,3})?)(\d(?:[ .]?\d){7,8})(?!\w)"
)
_NO_BSN = re.compile(r"(?i)(?:kvk|rsin|€|eur|euro)\W{0,3}(?:(?:nr|nummer)\W{0,3})?$")  # what is before such a number
_AMOUNT = re.compile(r"(?i) ?(?:euro|eur|€)")
_HAS_NUMBER = re.compile(r"\d{4}|\d{2}\D{1,3}\d{2}")


def mask_identifiers(text: str) -> str:
    """Put a mark for every mail address, phone number, IBAN, postcode and BSN; masked text is left as it is."""
    if _AT.search(text):
        text = _HANDLE.sub("@[naam]", _MAIL.sub("[e-mail]", text))
    if _HAS_NUMBER.search(text):
        for pattern, replace in _NUMBERS:
            text = pattern.sub(replace, text)
    return text


def is_iban(text: str) -> bool:
    """Whether a text without spaces is an IBAN: its digits, letters as numbers, leave 1 when divided by 97."""
    moved = text[4:] + text[:4]
    return MIN_IBAN <= len(text) <= MAX_IBAN and int("".join(str(int(each, 36)) for each in moved)) % 97 == 1


def is_bsn(digits: str) -> bool:
    """Whether nine digits pass the 11-test of the Dutch citizen service number."""
    total = sum(weight * int(digit) for weight, digit in zip(_BSN_WEIGHTS, digits, strict=True))
    return total % 11 == 0 and digits.strip("0") != ""


def _iban(match: re.Match[str]) -> str:
    """The IBAN is the longest start of the match that passes the check and ends where a group does."""
    found = match[0]
    for end in range(len(found), MIN_IBAN - 1, -1):
        ends = end == len(found) or found[end] in _GROUP_GAPS
        if ends and found[end - 1] not in _GROUP_GAPS and is_iban(re.sub(r"[ .-]", "", found[:end])):
            return "[iban]" + found[end:]
    return found


def _postcode(match: re.Match[str]) -> str:
    number, letters, glued = match.groups()
    is_sure = letters and " " not in match[0] and int(number) not in _YEARS
    return match[0] if not is_sure and (letters or glued).upper() in _NO_POSTCODE else "[postcode]"


def _bsn(match: re.Match[str]) -> str:
    text = match.string
    other = _NO_BSN.search(text, max(match.start() - _MAX_BEFORE, 0), match.start()) or _AMOUNT.match(text, match.end())
    return "[bsn]" if not other and is_bsn(match[0].replace(".", "")) else match[0]


_NUMBERS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (_IBAN, _iban),
    (_PHONE, "[telefoon]"),
    (_NAMED_PHONE, r"\1[telefoon]"),
    (_POSTCODE, _postcode),
    (_NAMED_BSN, r"\1[bsn]"),
    (_BSN, _bsn),
)
