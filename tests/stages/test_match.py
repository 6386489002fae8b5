"""Matching of questions and themes to the codebook."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline import config, models
from pipeline.config import Category, LabelledText, Rule, Taxonomy
from pipeline.corrections import Review
from pipeline.errors import ConfigError
from pipeline.stages.match import match
from pipeline.tables import EMERGING, MATCHES, QUESTION_THEMES, THEMES, check
from tests.make import make_questions, make_segments

CASES = [
    json.loads(line)
    for line in (Path(__file__).resolve().parent.parent / "cases" / "match.jsonl").read_text("utf-8").splitlines()
]
SETTINGS = config.load().match
FIRST, SECOND = "Q-0000000000000000", "Q-0000000000000001"

MONEY = Category(
    id="finance",
    label="Geld",
    definition="Geld, kosten en subsidie.",
    cue_terms=("subsidie", "kosten", "geld"),
    examples=("Wie betaalt de kosten?", "Hoe lang loopt de subsidie?"),
)
PEOPLE = Category(
    id="people",
    label="Mensen",
    definition="Mensen en hun werk.",
    cue_terms=("collega", "werkdruk", "personeel"),
    examples=("Wie helpt de nieuwe collega's?", "Hoe hoog is de werkdruk?"),
)
PARKING = Category(
    id="parking",
    label="Parkeren",
    definition="Auto's, fietsen en parkeerplaatsen bij het gebouw.",
    cue_terms=("parkeer", "auto", "fiets"),
    examples=("Waar zet ik mijn auto neer?", "Zijn er genoeg parkeerplaatsen?", "Mag de fiets mee naar binnen?"),
)
STARTERS = Category(
    id="starters",
    label="Starters",
    definition="De begeleiding van startende leraren in hun eerste jaren.",
    cue_terms=("starter", "startende", "inductie", "beginnende"),
    examples=("Wat heeft een startende leraar nodig?", "Hoe begeleiden we starters in het eerste jaar?"),
)


@pytest.fixture(scope="module")
def encoder():
    return models.load_vectors(config.load().vectors)


@pytest.fixture(scope="module")
def taxonomy():
    return config.load_taxonomy(config.CONFIGS / "taxonomy.yaml")


def small_taxonomy(*categories, **more):
    return Taxonomy(version="1", language="nl", categories=categories, **more)


def extended(taxonomy, category):
    return taxonomy.model_copy(update={"categories": (*taxonomy.categories, category)})


def run(questions, taxonomy, encoder, *, segments=None, themes=None, review=None, settings=SETTINGS):
    segments = make_segments(*questions["text"]) if segments is None else segments
    themes, members = themes or (THEMES.frame(), QUESTION_THEMES.frame())
    return match(
        segments,
        questions,
        themes,
        members,
        settings,
        taxonomy=taxonomy,
        encoder=encoder,
        review=review,
        remember=remember,
    )


LEARNT = {}


def remember(name, key, make):
    """What is learnt from the same texts is learnt once for all tests."""
    return LEARNT[name, key] if (name, key) in LEARNT else LEARNT.setdefault((name, key), make())


def place(text, taxonomy, encoder, **segment):
    return run(make_questions(text), taxonomy, encoder, segments=make_segments(text, **segment))[0]


def main_of(matches):
    return matches[matches["is_primary"]].set_index("item_id")["category"].to_dict()


def score_of(matches, category, item=FIRST):
    return matches.set_index(["item_id", "category"])["score"].get((item, category), 0.0)


def log_odds(probability):
    return np.log(probability / (1 - probability))


def make_themes(*groups, centroids=None):
    """One theme a group of places of questions."""
    themes, members = [], []
    for number, group in enumerate(groups):
        theme = f"T-{number:08x}"
        centroid = np.eye(len(groups))[number] if centroids is None else centroids[number]
        themes.append(
            {
                "theme_id": theme,
                "label": f"onderwerp {number}",
                "question_id": f"Q-{group[0]:016x}",
                "question": "?",
                "keywords": [],
                "n_questions": len(group),
                "coherence": 0.8,
                "verdict": "robust",
                "status": "new",
                "parents": [],
                "reviewed": [],
                "centroid": [float(value) for value in centroid],
                "x": 0.0,
                "y": 0.0,
            }
        )
        members += [{"question_id": f"Q-{place:016x}", "theme_id": theme, "representativeness": 0.9} for place in group]
    return THEMES.frame(themes), QUESTION_THEMES.frame(members)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_cases(case, taxonomy, encoder):
    matches = place(case["text"], taxonomy, encoder, heading=[case.get("heading", [])])
    assert main_of(matches) == {FIRST: case["expected"]}, case["why"]


def test_every_question_and_theme_has_one_main_category_and_a_reason(taxonomy, encoder):
    questions = make_questions("Wie betaalt dat?", "Wie beslist daarover?", "xqzt", "…", "Hoe gaat het?")
    themes, members = make_themes([0, 1], [2, 3])
    matches, emerging = run(questions, taxonomy, encoder, themes=(themes, members))
    check(matches, MATCHES, made_by="match")
    check(emerging, EMERGING, made_by="match")
    assert sorted(matches[matches["is_primary"]]["item_id"]) == sorted([*questions["question_id"], *themes["theme_id"]])
    assert matches["why"].map(len).min() > 0


def test_no_questions_is_legal(taxonomy, encoder):
    matches, emerging = run(make_questions(), taxonomy, encoder)
    assert matches.empty
    assert emerging.empty


def test_the_order_of_rows_does_not_matter(taxonomy, encoder):
    texts = ("Wie betaalt de uren?", "Hoe blijft het partnerschap zichtbaar?", "Wie hakt de knoop door?", "En wanneer?")
    questions = make_questions(*texts, depends_on=[None, None, None, SECOND])
    segments = make_segments(*texts, kind="bullet")
    themes, members = make_themes([0, 1], [2, 3])
    one, _ = run(questions, taxonomy, encoder, segments=segments, themes=(themes, members))
    other, _ = run(questions[::-1], taxonomy, encoder, segments=segments[::-1], themes=(themes[::-1], members[::-1]))
    pd.testing.assert_frame_equal(one, other)


def test_a_heading_about_a_category_adds_to_it_and_another_heading_does_not(taxonomy, encoder):
    text = "Hoe pakken jullie dat aan?"
    about, plain, none = (
        score_of(place(text, taxonomy, encoder, heading=[heading]), "finance")
        for heading in (["Subsidie en bekostiging"], ["Tafel 3"], [])
    )
    assert about > none + 0.1
    assert plain == none


def test_a_heading_further_up_counts_when_the_nearest_says_nothing(taxonomy, encoder):
    text = "Hoe pakken jullie dat aan met die uren?"
    matches = place(text, taxonomy, encoder, heading=[["Subsidie en bekostiging", "Tafel 3"]])
    alone = place(text, taxonomy, encoder, heading=[["Tafel 3"]])
    assert score_of(matches, "finance") > score_of(alone, "finance") + 0.1
    assert any("kop: Subsidie en bekostiging" in reasons for reasons in matches["why"])


def test_a_heading_tells_more_where_the_question_names_nothing_itself(taxonomy, encoder):
    every = SETTINGS.model_copy(update={"also_min_score": 0.0})

    def gain(text):
        headings = ["Subsidie en bekostiging"], []
        segments = (make_segments(text, heading=[heading]) for heading in headings)
        placed = (run(make_questions(text), taxonomy, encoder, segments=own, settings=every)[0] for own in segments)
        return np.subtract(*(log_odds(score_of(matches, "finance")) for matches in placed))

    vague, telling = gain("Hoe pakken anderen dit op?"), gain("Wie zit er in de stuurgroep?")
    assert vague > 1.5 * telling > 0


def test_a_follow_up_goes_with_the_question_it_depends_on(taxonomy, encoder):
    questions = make_questions("Hoe lang loopt de subsidie nog door?", "En wat daarna?", depends_on=[None, FIRST])
    matches, _ = run(questions, taxonomy, encoder)
    assert main_of(matches) == {FIRST: "finance", SECOND: "finance"}


def test_a_second_question_in_a_bullet_goes_on_from_the_first(taxonomy, encoder):
    first, then = "Hoe lang loopt de subsidie nog door?", "Wat doen anderen?"
    note = f"{first} {then}"
    start = len(first) + 1
    questions = make_questions(
        first, then, segment_id="S-0000000000000000", start=[0, start], end=[len(first), len(note)]
    )
    noted, said = (make_segments(note, kind=kind) for kind in ("bullet", "paragraph"))
    together = run(questions, taxonomy, encoder, segments=noted)[0]
    assert main_of(together) == {FIRST: "finance", SECOND: "finance"}
    assert score_of(together, "finance", SECOND) > score_of(
        run(questions, taxonomy, encoder, segments=said)[0], "finance", SECOND
    )


def test_a_question_put_counts_for_a_short_answer(taxonomy, encoder):
    put = "Welke zorgen zijn er over de subsidie en de bekostiging?"
    alone, _ = run(make_questions("Onrust."), taxonomy, encoder)
    answered, _ = run(make_questions("Onrust.", context=put), taxonomy, encoder)
    assert main_of(answered) == {FIRST: "finance"} != main_of(alone)


def test_questions_beside_a_vague_one_in_running_notes_help_it(taxonomy, encoder):
    texts = ("Wie betaalt de uren van begeleiders?", "Hoe lossen anderen dat op?", "Loopt de subsidie door?")
    questions = make_questions(*texts)
    noted, answered = (make_segments(*texts, kind=kind) for kind in ("bullet", "answer"))
    elsewhere = questions.assign(document_id=["D-00000001", "D-00000002", "D-00000003"])
    together = run(questions, taxonomy, encoder, segments=noted)[0]
    answers = run(questions, taxonomy, encoder, segments=answered)[0]
    apart = run(elsewhere, taxonomy, encoder, segments=noted)[0]
    alone = score_of(apart, "finance", SECOND)
    assert score_of(together, "finance", SECOND) > alone + 0.1
    assert score_of(answers, "finance", SECOND) == alone


def test_a_category_that_comes_first_gains_by_its_cue_terms(taxonomy, encoder):
    text = "Hoe verdelen we de subsidie als een partnerschap in twee onderwijsregio's zit?"
    without = taxonomy.model_copy(update={"precedence": ()})
    first = place(text, taxonomy, encoder)
    assert main_of(first) == {FIRST: "multi-region"}
    assert score_of(first, "multi-region") > score_of(place(text, without, encoder), "multi-region")


def test_a_rule_speaks_for_one_category_and_against_another_unless_excepted(encoder):
    text = "Wie betaalt de kosten van het personeel?"
    rule = Rule(name="betaald werk", any_of=("personeel",), none_of=("subsidie",), speaks_for="people")
    against = rule.model_copy(update={"speaks_against": "finance"})
    plain, ruled, both = (
        place(text, small_taxonomy(MONEY, PEOPLE, rules=rules), encoder) for rules in ((), (rule,), (against,))
    )
    assert score_of(plain, "people") < score_of(ruled, "people") < score_of(both, "people")
    assert "betaald werk" in ruled.set_index("category")["why"]["people"]
    excepted = place(
        "Wie betaalt de kosten van het personeel zonder subsidie?",
        small_taxonomy(MONEY, PEOPLE, rules=(rule,)),
        encoder,
    )
    assert not any("betaald werk" in reasons for reasons in excepted["why"])


def test_why_names_the_cue_terms_that_decided(taxonomy, encoder):
    matches = place("Blijft de vaste voet bestaan na afloop van de subsidie?", taxonomy, encoder)
    assert {"subsidie", "vaste voet"} <= set(matches[matches["is_primary"]]["why"].iloc[0])


def test_what_no_category_fits_is_other(taxonomy, encoder):
    texts = ("Waarom is de koffie lauw?", "De lift is al een week kapot.", "Wanneer gaan de ramen dicht?")
    matches, _ = run(make_questions(*texts), taxonomy, encoder)
    assert set(main_of(matches).values()) == {"other"}


def test_what_no_category_fits_well_enough_is_other(taxonomy, encoder):
    questions = make_questions("Wie betaalt de uren van de programmaleider?")
    sure, strict = (SETTINGS.model_copy(update={"min_score": least}) for least in (0.3, 0.999))
    assert main_of(run(questions, taxonomy, encoder, settings=sure)[0]) == {FIRST: "finance"}
    assert main_of(run(questions, taxonomy, encoder, settings=strict)[0]) == {FIRST: "other"}


def test_what_touches_two_categories_is_listed_under_both(taxonomy, encoder):
    questions = make_questions("Mag de stuurgroep de begroting wijzigen?")
    named, _ = run(questions, taxonomy, encoder)
    assert set(named["category"]) == {"governance", "finance"}
    assert named["is_primary"].sum() == 1
    narrow = SETTINGS.model_copy(update={"also_min_score": 0.9})
    assert len(run(questions, taxonomy, encoder, settings=narrow)[0]) == 1


def test_a_researcher_adds_a_sixth_category(taxonomy, encoder):
    questions = make_questions(
        "Zijn er genoeg parkeerplaatsen voor bezoekers?", "Waar parkeer je als het vol is?", "Wie betaalt de subsidie?"
    )
    before, _ = run(questions, taxonomy, encoder)
    assert "parking" not in main_of(before).values()
    after, _ = run(questions, extended(taxonomy, PARKING), encoder)
    assert list(main_of(after).values()) == ["parking", "parking", "finance"]


def test_a_new_category_takes_over_what_was_labelled_before_it_was_there(taxonomy, encoder):
    text = "Hoe zorgen we dat startende leraren goed begeleid worden in hun eerste jaren?"
    assert "starters" not in main_of(place(text, taxonomy, encoder)).values()
    assert main_of(place(text, extended(taxonomy, STARTERS), encoder)) == {FIRST: "starters"}


def test_a_codebook_of_one_category_works(encoder):
    assert main_of(place("Wat zijn de kosten en komt er subsidie?", small_taxonomy(MONEY), encoder)) == {
        FIRST: "finance"
    }


def test_corrections_are_learnt_from(taxonomy, encoder):
    text = "Komt de snoeppot dit jaar weer langs?"
    assert main_of(place(text, taxonomy, encoder)) == {FIRST: "other"}
    corrected = (
        "Waar blijft de snoeppot?",
        "De snoeppot is leeg.",
        "Wie vult de snoeppot?",
        "Staat de snoeppot klaar?",
    )
    questions = {str(place): {"text": text, "category": "finance"} for place, text in enumerate(corrected)}
    review = Review.model_validate({"questions": questions})
    matches, _ = run(make_questions(text), taxonomy, encoder, review=review)
    assert main_of(matches) == {FIRST: "finance"}


def test_a_theme_has_the_category_of_its_questions(taxonomy, encoder):
    questions = make_questions(
        "Wie betaalt de uren?",
        "Hoe lang loopt de subsidie?",
        "Is er geld voor scholing?",
        "Wie beslist in de stuurgroep?",
        "Welke afspraken maken de besturen?",
    )
    matches, _ = run(questions, taxonomy, encoder, themes=make_themes([0, 1, 2], [3, 4]))
    main = main_of(matches)
    assert (main["T-00000000"], main["T-00000001"]) == ("finance", "governance")
    assert matches[matches["item_id"] == "T-00000000"]["why"].iloc[0][0] == "3 van 3 vragen"


OFF_SUBJECT = (
    "Waarom is het zwembad zo koud?",
    "Wanneer gaat het zwembad weer open?",
    "Het water in het zwembad is troebel.",
    "Wie maakt de kleedkamers schoon?",
    "Er zijn te weinig kleedkamers.",
    "Wie betaalt de subsidie?",
    "Loopt de subsidie door?",
    "Is er nog subsidie?",
)


def test_a_subject_outside_the_codebook_emerges_with_what_is_like_it(taxonomy, encoder):
    centroids = [[1.0, 0.0, 0.0], [0.8, 0.6, 0.0], [0.0, 0.0, 1.0]]
    themes = make_themes([0, 1, 2], [3, 4], [5, 6, 7], centroids=centroids)
    matches, emerging = run(make_questions(*OFF_SUBJECT), taxonomy, encoder, themes=themes)
    assert main_of(matches)["T-00000002"] == "finance"
    assert emerging["theme_ids"].tolist() == [["T-00000000", "T-00000001"]]
    assert emerging["label"].tolist() == ["onderwerp 0"]
    assert emerging["why"][0].startswith("5 vragen in 2 thema's horen bij elkaar en passen in geen categorie")


def test_what_is_not_alike_emerges_apart_and_what_is_small_does_not(taxonomy, encoder):
    themes = make_themes([0, 1, 2], [3, 4], [5, 6, 7])
    _, emerging = run(make_questions(*OFF_SUBJECT), taxonomy, encoder, themes=themes)
    assert emerging["theme_ids"].tolist() == [["T-00000000"]]


def _write_taxonomy(folder, *lines):
    path = folder / "taxonomy.yaml"
    head = ("version: '1'", "language: nl", "categories:", "  - {id: finance, label: Geld, definition: Over geld.}")
    path.write_text("\n".join([*head, *lines]), encoding="utf-8")
    return path


def test_labelled_questions_are_checked_with_their_line(tmp_path):
    labelled = (
        '{"id": "1", "text": "Wie betaalt?", "category": "finance"}\n'
        '{"id": "2", "text": "Wie dan?", "category": "geld"}\n'
        '{"id": "3", "category": "other"}\n'
    )
    (tmp_path / "labels.jsonl").write_text(labelled, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        config.load_taxonomy(_write_taxonomy(tmp_path, "labelled: [labels.jsonl]"))
    assert "labels.jsonl, line 2: there is no category 'geld'" in str(caught.value)
    assert "labels.jsonl, line 3: text: field required" in str(caught.value)


def test_a_missing_file_of_labelled_questions_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"labels\.jsonl cannot be read"):
        config.load_taxonomy(_write_taxonomy(tmp_path, "labelled: [labels.jsonl]"))


def test_a_rule_that_names_no_category_is_refused_with_its_line(tmp_path):
    path = _write_taxonomy(tmp_path, "rules:", "  - {name: r, any_of: [geld], speaks_for: money}")
    with pytest.raises(ConfigError, match=r"line 6: 'speaks_for' names 'money', which is no category id"):
        config.load_taxonomy(path)


def test_the_committed_codebook_has_labelled_questions_of_every_category(taxonomy):
    assert {question.category for question in taxonomy.labelled} == {*taxonomy.ids, "other"}
    assert all(isinstance(question, LabelledText) for question in taxonomy.labelled)
