import pytest

from pipeline.text.noun_phrases import noun_phrases


@pytest.mark.parametrize(
    ("text", "chunks", "expected"),
    [
        (
            "Wat is onze positie in de onderwijsregio?",
            ["positie", "onderwijsregio"],
            ["positie", "positie in de onderwijsregio", "onderwijsregio"],
        ),
        (
            "Bekostiging van ons partnerschap",
            ["Bekostiging", "partnerschap"],
            ["bekostiging", "bekostiging van het partnerschap", "partnerschap"],
        ),
        (
            "de verdeling tussen po, vo en mbo",
            ["verdeling", "po", "vo", "mbo"],
            ["verdeling", "verdeling tussen po, vo en mbo", "po", "vo", "mbo"],
        ),
        ("de verdeling tussen po, vo en mbo", ["verdeling", "po", "mbo"], ["verdeling", "po", "mbo"]),
        (
            "overleg tussen besturen over werving",
            ["overleg", "besturen", "werving"],
            ["overleg", "overleg tussen besturen", "overleg tussen besturen over werving", "besturen", "werving"],
        ),
        (
            "uren in de regio, scholen die",
            ["uren", "regio", "scholen"],
            ["uren", "uren in de regio", "regio", "scholen"],
        ),
        ("SLO of Platform?", ["SLO", "Platform"], ["SLO", "Platform"]),
        ("de regio's", ["regio"], ["regio's"]),
        ("Wie betaalt de uren?", ["uren"], ["uren"]),
        ("Hoe komen studenten aan een kamer?", ["studenten", "kamer"], ["studenten", "kamer"]),
        ("rol die de school pakt", ["rol", "school"], ["rol", "school"]),
        ("Hoe dan?", [], []),
    ],
)
def test_phrases_read_as_they_stand_without_a_leading_article(text, chunks, expected):
    assert [phrase.text for phrase in noun_phrases(text, chunks)] == expected


def test_a_phrase_has_six_words_at_most():
    text = "de rol van de bestuurders in de stuurgroep van de regio"
    phrases = [phrase.text for phrase in noun_phrases(text, ["rol", "bestuurders", "stuurgroep", "regio"])]
    assert "rol van de bestuurders" in phrases
    assert max(len(phrase.split()) for phrase in phrases) <= 6


def test_what_a_phrase_is_about_comes_first():
    phrase = noun_phrases("plek in de stuurgroep", ["plek", "stuurgroep"])[1]
    assert phrase.chunks == ("plek", "stuurgroep")
