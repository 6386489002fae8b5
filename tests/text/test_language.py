import pytest

from pipeline.text.language import is_dutch


@pytest.mark.parametrize(
    "text",
    [
        "Hoe kunnen we dit als school blijven betalen?",
        "geen budget",
        "peer review",
        "Het is een challenge om dit te managen",
        "We hebben het framework in the lead gezet",
        "Samenwerking scholen onderwijsregio bekostiging schoolopleiders begeleiding kwaliteit overleg",
        "+1",
        "",
        "OK",
        "Ja",
        "Fatima El Amrani",
        "Samen Opleiden & Professionaliseren",
        "community of practice",
        "state of the art onderzoek",
        "Wat is de added value van deze manier van werken?",
        "Train the trainer in plaats van losse workshops",
        "“Culture eats strategy for breakfast”, zei iemand",
        "Les vervalt, pas los daarvan bekend",
        "Da's nie simpel hé, ge moet dat goe regelen",
        "Wa vindt gij daarvan?",
        "idd",
        "Mentoring coaching intervisie supervisie",
        "https://www.voorbeeld.nl/in/the/path/of/is",
    ],
)
def test_dutch_and_what_is_too_short_to_tell(text):
    assert is_dutch(text)


@pytest.mark.parametrize(
    "text",
    [
        "How can we keep paying for this as a school?",
        "Wir haben keine Zeit für die Begleitung der Studierenden",
        "Qui paie les heures des formateurs ?",
        "Кто будет платить за эти часы?",
        "Quality assurance framework shared regional governance budget planning issues",
        "We need more time for mentoring",
        "Not enough teachers",
        "Wer ist dafür zuständig?",
        "Wy hawwe te min tiid foar de begelieding fan studinten",
        "Der is gjin jild foar de begelieding",
        "Nous avons besoin de plus de temps",
        "¿Quién paga todo esto en la región?",
        "Kto za to zapłaci w naszym regionie?",
    ],
)
def test_other_languages(text):
    assert not is_dutch(text)
