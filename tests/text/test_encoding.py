import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.encoding import decode

TEXT = "Hé, de financiën van ‘onze’ regio’s: geïnteresseerd? Eén café, € 900.\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_what_people_save_is_read(encoding):
    assert decode(TEXT.encode(encoding)).text == TEXT


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "mac_roman", "cp850"])
def test_encodings_without_a_mark_are_told_by_their_letters(encoding):
    text = "Hé, de financiën zijn geïnteresseerd in één café.\n"
    decoded = decode(text.encode(encoding))
    assert (decoded.text, decoded.encoding) == (text, encoding)


def test_one_bad_byte_does_not_make_it_another_encoding():
    decoded = decode(TEXT.encode() + b"\xff")
    assert decoded.text == TEXT + "\ufffd"
    assert decoded.n_lost == 1


def test_line_ends_are_made_one_kind_and_nul_is_dropped():
    decoded = decode(b"een\r\ntwee\rdrie\0\n")
    assert (decoded.text, decoded.n_lost) == ("een\ntwee\ndrie\n", 1)


def test_binary_data_is_no_text():
    assert decode(bytes(range(256)) * 10) is None


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data):
    decoded = decode(data)
    assert decoded is None or "\r" not in decoded.text


@given(st.text(st.characters(min_codepoint=32, exclude_categories=["Cs", "Cc"]), max_size=80))
def test_utf8_comes_back_as_it_was(text):
    assert decode(text.encode()).text.replace("\u2028", "\n") == text.replace("\u2028", "\n") or text.startswith(
        "\ufeff"
    )
