import pytest

from pipeline.themes.naming import Wording, contrast, name_themes


def wording(text, chunks, lemmas=None):
    return Wording(text, lemmas or text.lower().strip("?").split(), chunks)


def test_a_name_is_a_phrase_that_people_used():
    questions = [
        wording("Wat is onze positie in de onderwijsregio?", ["positie", "onderwijsregio"]),
        wording("Hoe houden we onze positie?", ["positie"]),
    ]
    assert name_themes([questions], [{"positie": 1.0, "onderwijsregio": 0.2}]) == ["positie in de onderwijsregio"]


def test_a_time_names_no_subject():
    questions = [wording("Wie kan vorige week en vorige week?", ["vorige week"], ["vorig", "week"])] * 2
    assert name_themes([questions], [{"week": 2.0, "vorig": 1.0}]) == ["Wie kan vorige week en vorige"]


def test_two_nouns_are_joined_where_nobody_did():
    questions = [wording("Is de AIVD bevoegd?", ["AIVD"]), wording("Mag de MIVD dat?", ["MIVD"])]
    assert name_themes([questions], [{"aivd": 1.0, "mivd": 0.9}]) == ["AIVD en MIVD"]


def test_a_noun_is_not_joined_to_its_own_plural():
    questions = [
        wording("Wie betaalt de schoolopleider?", ["schoolopleider"], ["betalen", "schoolopleider"]),
        wording("Wie betaalt de schoolopleiders?", ["schoolopleiders"], ["betalen", "schoolopleider"]),
    ]
    assert name_themes([questions], [{"schoolopleider": 1.0}]) == ["vragen over schoolopleider"]


def test_what_every_theme_speaks_of_names_none():
    money = [wording("Hoe regelt de regio de verdeling van het budget?", ["regio", "verdeling", "budget"])] * 3
    rooms = [wording("Heeft de regio goede kamers?", ["regio", "goede kamers"], ["regio", "goed", "kamer"])] * 3
    weights = contrast([money, rooms])
    assert weights[0]["budget"] > weights[0]["regio"] > 0
    assert name_themes([money, rooms], weights) == ["verdeling van het budget", "goede kamers"]


def test_what_one_question_says_by_chance_does_not_name_a_theme():
    questions = [
        wording("Waarom zijn de nieuwe formulieren te lang?", ["nieuwe formulieren"], ["nieuw", "formulier", "lang"]),
        *(wording("Wie leest de formulieren van de scholen?", ["formulieren", "scholen"], ["formulier", "school"]),)
        * 4,
    ]
    elsewhere = [wording("Komt er geld?", ["geld"], ["geld"])] * 5
    assert name_themes([questions, elsewhere], contrast([questions, elsewhere]))[0] == "formulieren van de scholen"


def test_nouns_are_joined_in_the_plural_that_people_used():
    questions = [
        wording("Krijgt een student een kamer?", ["student", "kamer"], ["student", "kamer"]),
        wording("Waar wonen studenten als kamers op zijn?", ["studenten", "kamers"], ["wonen", "student", "kamer"]),
    ]
    assert name_themes([questions], [{"student": 1.0, "kamer": 0.9}]) == ["studenten en kamers"]


def test_a_word_goes_back_to_its_lemma_whatever_its_vowels():
    questions = [
        wording("Hoeveel uren heeft een begeleider?", ["uren", "begeleider"], ["uur", "begeleider"]),
        wording("Wie betaalt de uren van de begeleiders?", ["uren", "begeleiders"], ["betalen", "uur", "begeleider"]),
    ]
    assert name_themes([questions], [{"uur": 1.0, "begeleider": 0.5}]) == ["uren van de begeleiders"]


def test_names_differ():
    questions = [wording("Komt er een nieuwe regeling?", ["nieuwe regeling"])]
    names = name_themes([questions, questions, questions], [{"regeling": 1.0}] * 3)
    assert len(set(names)) == 3
    assert names[0] == "nieuwe regeling"


def test_names_differ_in_more_than_number_or_a_light_word():
    one = [wording("Hoe werken andere regio's?", ["andere regio's"], ["ander", "regio"])]
    other = [wording("Hoe werken verschillende regio's?", ["verschillende regio's"], ["verschillend", "regio"])]
    names = name_themes([one, other], [{"regio": 1.0}] * 2)
    assert names == ["andere regio's", "vragen over verschillende regio's"]


def test_two_nouns_in_a_row_are_no_name():
    text = "Krijgen statushouders voorrang op een eigen woning?"
    questions = [
        wording(
            text, ["statushouders voorrang", "eigen woning"], ["krijgen", "statushouder", "voorrang", "eigen", "woning"]
        )
    ]
    assert name_themes([questions], [{"statushouder": 1.0, "voorrang": 0.8, "woning": 0.5}]) == ["eigen woning"]


def test_without_a_noun_the_question_itself_must_do():
    assert name_themes([[wording("Hoe gaan we hier nu verder mee om?", [])]], [{}]) == ["Hoe gaan we hier nu verder"]


@pytest.mark.parametrize("chunk", ["betrokkenen/bestuurders", "onderwijsregio(’s"])
def test_marks_in_a_word_keep_it_out_of_a_name(chunk):
    questions = [
        wording(f"Wat vinden {chunk} van onze goede plannen?", [chunk, "goede plannen"], ["vinden", "goed", "plan"])
    ]
    assert name_themes([questions], [{"betrokkenen/bestuurder": 1.0, "plan": 0.1}]) == ["goede plannen"]


def test_a_phrase_of_one_question_is_better_than_words_of_two():
    questions = [
        wording("Wie heeft de regie op de kwaliteit?", ["regie", "kwaliteit"], ["regie", "kwaliteit"]),
        wording("Is dat de penvoerder?", ["penvoerder"], ["penvoerder"]),
    ]
    weights = {"penvoerder": 1.2, "regie": 0.7, "kwaliteit": 0.1}
    assert name_themes([questions], [weights]) == ["regie op de kwaliteit"]
