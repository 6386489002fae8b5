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
    ],
)
def test_other_languages(text):
    assert not is_dutch(text)
