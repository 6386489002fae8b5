import datetime
import itertools
import json
import zlib
from pathlib import Path

import numpy as np
import pytest

from pipeline import config
from pipeline.stages.rank import rank
from pipeline.tables import (
    COMPONENTS,
    ISSUES,
    QUESTION_THEMES,
    QUESTIONS,
    SEGMENTS,
    SENSITIVITY,
    SENTENCES,
    SESSIONS,
    SIGNALS,
    THEMES,
    check,
    content_id,
)
from pipeline.text.deadlines import find_deadlines
from pipeline.text.statements import read_items
from pipeline.text.urgency import UrgencyFinder, phrase_pattern
from pipeline.voices import voices

CASES = [json.loads(line) for line in (Path(__file__).parent.parent / "cases/rank.jsonl").read_text().splitlines()]
CUES = config.load_cues(config.CONFIGS / "cues.yaml")
SETTINGS = config.load().rank.model_copy(update={"n_bootstrap": 100})
MARCH, APRIL = "2024-03-01", "2024-04-01"
HOUSE, ROAD, POOL = "de huisvesting van studenten", "het onderhoud van de weg", "de prijs van het zwembad"


class WordEncoder:
    """Vectors of hashed words: texts that share words are alike."""

    name = "words"

    def encode(self, texts):
        out = np.zeros((len(texts), 256), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().replace("?", "").replace(".", "").split():
                out[row, zlib.crc32(word.encode()) % 256] += 1
        return out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1)


def ask(subject, speaker="P-01", session=MARCH, **others):
    """A question about a subject; each subject is a theme."""
    return {"text": f"Hoe zit het met {subject}?", "theme": subject, "speaker": speaker, "session_id": session} | others


def say(text, speaker="P-01", session=MARCH, **others):
    """A statement that is no question."""
    return {"text": text, "theme": None, "speaker": speaker, "session_id": session} | others


def corpus(*acts, regions=()):
    """The tables that `rank` reads; a question is the whole of its segment, a sentence ends at ". "."""
    segments, sentences, questions = [], [], []
    for place, act in enumerate(acts):
        segment = {"document_id": f"D-{act['session_id']}", "position": place, "kind": "utterance", "heading": []}
        segment |= {name: value for name, value in act.items() if name != "theme"}
        segment["segment_id"] = content_id("S", str(place), act["text"])
        segments.append(segment | {"is_dutch": act.get("is_dutch", True), "n_repairs": 0})
        start = 0
        for part in act["text"].split(". "):
            end = min(start + len(part) + 1, len(act["text"]))
            sentences.append({"segment_id": segment["segment_id"], "start": start, "end": end, "n_tokens": 3})
            start = end + 1
        if act["theme"]:
            span = {"start": 0, "end": len(act["text"]), "form": "direct", "cue": "mark", "score": 1.0}
            ids = {"question_id": content_id("Q", segment["segment_id"]), "theme_id": f"T-{act['theme']}"}
            questions.append(segment | span | ids | {"lemmas": [], "chunks": [], "representativeness": 0.5})
    subjects = sorted({act["theme"] for act in acts if act["theme"]})
    themes = [
        {
            "theme_id": f"T-{subject}",
            "label": subject,
            "question_id": next(q["question_id"] for q in questions if q["theme_id"] == f"T-{subject}"),
            "question": f"Hoe zit het met {subject}?",
            "keywords": [],
            "n_questions": sum(q["theme_id"] == f"T-{subject}" for q in questions),
            "coherence": 1.0,
            "verdict": "moderate",
            "status": "new",
            "parents": [],
            "reviewed": [],
            "centroid": [],
            "x": 0.0,
            "y": 0.0,
        }
        for subject in subjects
    ]
    sessions = sorted({act["session_id"] for act in acts})
    names = dict(zip(sessions, [*regions, *[None] * len(sessions)], strict=False))
    return (
        SESSIONS.frame([{"session_id": s, "title": s, "held_on": s, "region": names[s]} for s in sessions]),
        SEGMENTS.frame(segments),
        SENTENCES.frame(sentences),
        QUESTIONS.frame(questions),
        THEMES.frame(themes),
        QUESTION_THEMES.frame(questions),
    )


def run(*acts, settings=SETTINGS, regions=()):
    tables = rank(*corpus(*acts, regions=regions), settings, cues=CUES, encoder=WordEncoder(), seed=1)
    for frame, table in zip(tables, (ISSUES, SIGNALS, SENSITIVITY), strict=True):
        check(frame, table, made_by="rank")
    return tables


def issues(*acts, **options):
    return run(*acts, **options)[0].set_index("theme_id").rename(index=lambda name: name.removeprefix("T-"))


def order(*acts):
    return [name.removeprefix("T-") for name in run(*acts)[0]["theme_id"]]


EVERYBODY = [ask(subject, f"P-{n:02}") for subject in (HOUSE, ROAD, POOL) for n in range(1, 4)]


def passages(text, held_on):
    """What is found in one sentence, by component, as the stage would count it."""
    finder, next_in_order = UrgencyFinder(CUES.urgency), phrase_pattern(CUES.urgency.next_in_order)
    spans = []
    for hit in finder.find(text, [(0, len(text))])[0]:
        items = read_items(text, hit.start, hit.end, next_in_order)
        places = [(item.start, item.end) for item in items] if hit.group.names_most else [(hit.start, hit.end)]
        spans += [(*place, hit.group.component) for place in places]
    said_on = datetime.date.fromisoformat(held_on) if held_on else None
    spans += [(term.start, term.end, "time_pressure") for term in find_deadlines(text, said_on)]
    found = {}
    for start, end, component in sorted(spans):
        found.setdefault(component, []).append(text[start:end])
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_passages_of_urgency_are_found_unless_denied_or_weakened(case):
    assert passages(case["text"], case.get("held_on")) == case["expected"], case["why"]


def test_no_themes_give_empty_tables():
    frames = run(say("Dit is dringend."))
    assert [len(frame) for frame in frames] == [0, 0, 0]


@pytest.mark.parametrize(
    ("component", "words"),
    [
        ("stated", "Dat is dringend."),
        ("uncertainty", "Dat is nog onduidelijk."),
        ("time_pressure", "De deadline nadert."),
    ],
)
def test_a_component_grows_with_voices_and_stays_within_one(component, words):
    values = []
    for n_voices in range(0, 12):
        said = [ask(ROAD, f"P-{n:02}", text=f"Hoe zit het met {ROAD}. {words}") for n in range(10, 10 + n_voices)]
        values.append(issues(*EVERYBODY, *said).loc[ROAD, component])
    assert values[0] == 0
    assert values[1] > 0
    assert all(before <= after <= 1 for before, after in itertools.pairwise(values))


def test_reach_grows_ever_less_with_each_voice():
    most = [ask(HOUSE, f"P-{n:02}") for n in range(30)]
    reach = [issues(*most, *(ask(ROAD, f"P-{n:02}") for n in range(k))).loc[ROAD, "reach"] for k in range(1, 30)]
    steps = np.diff(reach)
    assert (steps > 0).all()
    assert (np.diff(steps) < 0).all()


def test_no_component_depends_on_the_size_of_the_corpus():
    words = f"Hoe zit het met {ROAD}. Dat is dringend, de deadline nadert en het is onduidelijk."
    small = [*(ask(HOUSE, f"P-{n:02}") for n in range(20)), *(ask(ROAD, f"P-{n:02}", text=words) for n in range(8))]
    twice = small + [act | {"speaker": act["speaker"].replace("P-", "P-9")} for act in small]
    columns = list(COMPONENTS)
    np.testing.assert_allclose(issues(*small)[columns], issues(*twice)[columns])


@pytest.mark.parametrize(
    "act",
    [
        ask(ROAD, "P-02"),
        ask(ROAD, "P-02", text=f"Er is haast bij {ROAD}. Vóór 1 mei moet het duidelijk zijn, anders gaat het mis."),
        say(f"Het meest urgente punt is {ROAD}.", "P-02"),
    ],
)
def test_pasting_by_one_voice_changes_nothing(act):
    once, often = issues(*EVERYBODY, act), issues(*EVERYBODY, *[act] * 12)
    columns = [name for name in once.columns if name != "n_questions"]
    assert once[columns].equals(often[columns])


def test_a_long_sentence_pasted_all_over_a_nameless_document_is_one_voice():
    notes = [ask(subject, None, heading=[str(n)]) for n in range(4) for subject in (HOUSE, ROAD, POOL)]
    distinct = [ask(ROAD, None, text=f"Punt {n}: {ROAD}?", heading=[str(n)]) for n in range(4)]
    assert issues(*notes)["n_voices"].tolist() == [1, 1, 1]
    assert issues(*notes, *distinct).loc[ROAD, "n_voices"] == 4
    forms = [ask(ROAD, None, kind="answer", row=row, group="Noord") for row in range(9)]
    assert issues(*forms)["n_voices"].tolist() == [1]


def test_voices_are_speakers_then_forms_then_groups_then_parts_of_documents():
    def voice_of(*acts):
        return voices(corpus(*acts)[1]).nunique()

    assert voice_of(ask(HOUSE, "P-01"), ask(ROAD, "P-01", APRIL)) == 1
    assert voice_of(ask(HOUSE, None, group="Tafel 1"), ask(ROAD, None, group="Tafel 1")) == 1
    assert voice_of(ask(HOUSE, None, group="Tafel 1"), ask(HOUSE, None, APRIL, group="Tafel 1")) == 2
    forms = [ask(s, None, kind="answer", row=row, group="Noord") for s, row in ((HOUSE, 1), (ROAD, 1), (POOL, 2))]
    assert voice_of(*forms) == 2
    assert voice_of(ask(HOUSE, None, heading=["Wonen"]), ask(ROAD, None, heading=["Wegen"])) == 2
    assert voice_of(ask(HOUSE, None), ask(ROAD, None)) == 1
    assert voice_of(*(ask(s, None, kind="bullet", level=level) for s, level in ((HOUSE, 1), (ROAD, 2), (POOL, 1)))) == 2


def test_rank_does_not_depend_on_the_order_of_rows():
    acts = [
        *EVERYBODY,
        say(f"Er is haast bij {POOL}."),
        ask(HOUSE, "P-07", APRIL),
        say("Dat kan niet wachten.", "P-04"),
    ]
    acts += [say(subject, None, kind="poll", votes=votes) for subject, votes in ((ROAD, 9), (POOL, 4))]
    tables = corpus(*acts)
    shuffled = [frame.sample(frac=1, random_state=3) for frame in tables]
    options = {"cues": CUES, "encoder": WordEncoder(), "seed": 1}
    for one, other in zip(rank(*tables, SETTINGS, **options), rank(*shuffled, SETTINGS, **options), strict=True):
        assert one.equals(other)


def test_what_is_named_most_urgent_outside_of_questions_ranks_in_that_order():
    statement = f"Het meest urgente punt is {POOL}, gevolgd door {HOUSE} en {ROAD}."
    assert order(*EVERYBODY, say(statement, "P-09")) == [f"{name}" for name in (POOL, HOUSE, ROAD)]


def test_points_below_most_urgent_issues_count_in_their_order():
    points = [
        say(f"Iets doen aan {subject}.", None, heading=["De meest urgente vraagstukken"], kind="bullet")
        for subject in (ROAD, POOL)
    ]
    found = issues(*EVERYBODY, *points)["stated"]
    assert found[ROAD] > found[POOL] > found[HOUSE] == 0


def test_agreeing_with_the_question_before_counts_for_its_theme():
    found = issues(*EVERYBODY, ask(POOL, "P-05"), say("Ja, dat kan echt niet wachten.", "P-06"))["stated"]
    assert found[POOL] > 0
    assert found[[HOUSE, ROAD]].eq(0).all()


def test_urgency_that_is_about_no_theme_counts_for_none():
    chatter = [say("Er is haast bij koffie met appeltaart."), *[say("Dank u wel.")] * 3]
    assert issues(*chatter, *EVERYBODY)["stated"].eq(0).all()


def test_other_languages_and_headings_are_not_read():
    quiet = [say(f"{HOUSE} is urgent.", is_dutch=False), say(f"{ROAD} is urgent.", kind="heading")]
    assert issues(*EVERYBODY, *quiet)["stated"].eq(0).all()


def test_votes_count_by_their_share_and_rows_without_an_issue_for_nothing():
    rows = {f"Meer doen aan {ROAD}": 12, f"Meer doen aan {POOL}": 3, f"Wij zijn tevreden over {HOUSE}": 25}
    poll = [say(text, None, kind="poll", votes=votes) for text, votes in rows.items()]
    frame, signals, _ = run(*EVERYBODY, *poll)
    votes = frame.set_index("theme_id")["votes"]
    assert votes[f"T-{ROAD}"] > votes[f"T-{POOL}"] > votes[f"T-{HOUSE}"] == 0
    shares = signals[signals["component"] == "votes"].set_index("theme_id")["strength"]
    assert shares.to_dict() == pytest.approx({f"T-{ROAD}": 12 / 40, f"T-{POOL}": 3 / 40})


def test_equal_scores_share_a_rank():
    assert issues(*EVERYBODY)["rank"].tolist() == [1, 1, 1]
    found = issues(*EVERYBODY, ask(ROAD, "P-08"), ask(POOL, "P-08"))["rank"]
    assert found.to_dict() == {ROAD: 1, POOL: 1, HOUSE: 3}


def test_persistence_needs_more_than_one_session():
    assert issues(*EVERYBODY)["persistence"].eq(0).all()
    found = issues(*EVERYBODY, ask(ROAD, "P-01", APRIL), ask(POOL, "P-01", APRIL), ask(POOL, "P-02", APRIL))
    assert found.loc[POOL, "persistence"] > found.loc[ROAD, "persistence"] > found.loc[HOUSE, "persistence"] == 0


def test_a_term_presses_more_the_nearer_it_is_and_not_once_it_is_past():
    def pressure(term):
        return issues(*EVERYBODY, ask(ROAD, "P-07", text=f"Wat doen we {term} met {ROAD}?")).loc[ROAD, "time_pressure"]

    assert pressure("vóór 15 maart 2024") > pressure("vóór 1 juli 2024") > pressure("vóór 1 maart 2025") > 0
    assert pressure("sinds 1 januari 2024") == 0


GRAVE = f"Vanaf 1 mei moeten we dicht en staan mensen op straat door {POOL}, dat is onacceptabel."


def test_one_voice_with_grave_and_dated_words_has_a_lane_of_its_own():
    most = [ask(subject, f"P-{n:02}") for subject in (HOUSE, ROAD) for n in range(9)]
    assert issues(*most, ask(POOL, text=GRAVE))["is_rare_but_severe"].to_dict() == {
        HOUSE: False,
        ROAD: False,
        POOL: True,
    }


@pytest.mark.parametrize(
    "acts",
    [
        [ask(POOL, text=GRAVE), ask(POOL, "P-02"), ask(POOL, "P-03")],  # not rare
        [ask(POOL, text=GRAVE.replace("Vanaf 1 mei", "Nu"))],  # not dated
        [ask(POOL, text=f"Vanaf 1 mei gaan we later open, ook voor {POOL}.")],  # not grave
    ],
)
def test_the_lane_is_for_what_is_rare_and_grave_and_dated(acts):
    assert not issues(*acts)["is_rare_but_severe"].any()


def test_shared_means_more_than_one_session_or_region():
    assert issues(*EVERYBODY, ask(ROAD, "P-01", APRIL))["is_shared"].to_dict() == {
        HOUSE: False,
        ROAD: True,
        POOL: False,
    }
    tables = [ask(ROAD, None, group="Noord"), ask(ROAD, None, group="Zuid"), ask(POOL, None, group="Tafel 2")]
    elsewhere = [ask(HOUSE, "P-01", APRIL)]
    found = issues(*tables, *elsewhere, regions=("Noord", "Zuid"))["is_shared"]
    assert found.to_dict() == {HOUSE: False, ROAD: True, POOL: False}


def test_intervals_hold_the_score_and_narrow_with_more_voices():
    widths = []
    for n_voices in (5, 80):
        acts = [ask(HOUSE if n % 3 else ROAD, f"P-{n:02}") for n in range(n_voices)] + [ask(POOL, "P-01")]
        found = issues(*acts)
        assert (found["score_low"] <= found["score"]).all()
        assert (found["score"] <= found["score_high"]).all()
        assert (found["rank_low"] <= found["rank"]).all()
        assert (found["rank"] <= found["rank_high"]).all()
        widths.append(float((found["score_high"] - found["score_low"])[ROAD]))
    assert widths[1] < widths[0]


def test_sensitivity_changes_every_weight_both_ways():
    frame = run(*EVERYBODY, say(f"Het meest urgente punt is {POOL}, gevolgd door {HOUSE}."))[2]
    assert sorted(zip(frame["component"], frame["factor"], strict=True)) == [
        (name, factor) for name in sorted(COMPONENTS) for factor in (0.75, 1.25)
    ]
    assert frame["n_top5_kept"].eq(3).all()
    assert frame["kendall_tau"].eq(1).all()


def test_signals_add_up_to_the_component():
    said = [(say(f"Er is haast bij {ROAD}.", f"P-{n:02}")) for n in range(4)]
    frame, signals, _ = run(*EVERYBODY, *said, say(f"Het meest urgente punt is {HOUSE}.", "P-05"))
    stated = signals[signals["component"] == "stated"].groupby("theme_id")["strength"].sum()
    expected = np.sqrt(stated / stated.max())
    found = frame.set_index("theme_id")["stated"]
    np.testing.assert_allclose(found[expected.index], expected)


def test_one_person_cannot_outweigh_ten():
    ten = [ask(HOUSE, f"P-{n:02}") for n in range(10)]
    flood = [ask(POOL, "P-66", text=f"Vraag {n}: wat doen we aan {POOL}?") for n in range(100)]
    assert order(*ten, *flood)[0] == HOUSE


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_planted_order_is_found_again(seed):
    generator = np.random.default_rng(seed)
    subjects = [f"onderwerp{letter * 3} op plek {letter}" for letter in "abcdefgh"]
    acts = []
    for place, subject in enumerate(subjects):
        chance = 0.6 / (1 + place)
        for voice in range(120):
            if generator.random() < chance:
                acts.append(ask(subject, f"P-{voice:03}"))
                if generator.random() < chance:
                    acts.append(say(f"Er is haast bij {subject}.", f"P-{voice:03}"))
    found = order(*acts)
    planted = [subject for subject in subjects if subject in found]
    concordant = [
        found.index(first) < found.index(second) for n, first in enumerate(planted) for second in planted[n + 1 :]
    ]
    assert np.mean(concordant) > 0.85  # Kendall's tau above 0.7
