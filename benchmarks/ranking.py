"""How well a planted order of urgency is found again, and whether the intervals tell the truth.

Sessions are simulated: themes with a known urgency, voices that raise them and speak of them more often the more
urgent they are. Four tables are printed:

1. Kendall's tau between the planted order and the ranking, by number of voices (through the whole of `rank`, from
   sentences);
2. how often the 90 % intervals of score and rank hold the true ones, in four kinds of worlds, by number of voices;
3. what one person gains who pastes a question, or a hundred wordings of it, a hundred times;
4. how often the theme that a passage is about is found by meaning, on the labelled sample questions.

Usage: python benchmarks/ranking.py [--seed 7] [--repeats 60]
"""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from scipy.stats import kendalltau

from pipeline import config, models, urgency
from pipeline.config import RankSettings
from pipeline.relevance import MIN_RELEVANCE, relevance
from pipeline.stages.rank import TAILS, rank
from pipeline.tables import (
    QUESTION_THEMES,
    QUESTIONS,
    SEGMENTS,
    SENTENCES,
    SESSIONS,
    THEMES,
    content_id,
)
from pipeline.urgency import FULL, POLL_PRIOR, SAID, Evidence, interval, ranks

Array = npt.NDArray[np.float64]
NUMBERS_OF_VOICES = (6, 12, 25, 50, 100, 300)
N_VOTES = 60
GOLD = Path(__file__).parent.parent / "data/gold/samples/gold_questions.jsonl"
SUBJECTS = (
    "de huur van het buurthuis",
    "het vervoer van de ouderen",
    "de wachtlijst voor zwemles",
    "het tekort aan vrijwilligers",
    "de verlichting in het park",
    "de sluiting van de bibliotheek",
    "het onderhoud van de speeltuin",
    "de nieuwe parkeerplaatsen",
    "de taalcursus voor nieuwkomers",
    "het geluid van de snelweg",
    "de openingstijden van de sporthal",
    "het afval bij de flats",
    "de kinderopvang in de vakantie",
    "het herstel van de brug",
    "de medewerking van de huisartsen",
    "het beheer van de volkstuinen",
)
ASKED = ("Hoe regelen we {}?", "Wie gaat er over {}?", "Wat doen we met {}?", "Wanneer hebben we het eens over {}?")
SAID_SO = {
    "stated": (
        (0.3, "Nu echt aan de slag met {}."),
        (0.6, "Er is haast bij {}."),
        (1.0, "Het meest urgente punt is {}."),
    ),
    "uncertainty": ((0.7, "Het is nog onduidelijk hoe het zit met {}."),),
    "time_pressure": ((0.7, "De tijd dringt voor {}."),),
}


@dataclass(frozen=True)
class World:
    """How often things happen, per theme; themes from most to least urgent.

    Args:
        raised: chance that a voice of a session raises a theme, shape (n_themes, n_sessions).
        said: per component, chance that a voice that raises a theme says so of it.
        votes: share of the votes.
    """

    raised: Array
    said: dict[str, Array]
    votes: Array


@dataclass(frozen=True)
class Sample:
    """What voices did, shapes (n_voices, n_themes): raising a theme, and what they said of it (0: nothing)."""

    session: npt.NDArray[np.int64]
    raised: npt.NDArray[np.bool_]
    said: dict[str, npt.NDArray[np.int64]]
    votes: npt.NDArray[np.int64]


def make_world(kind: str, generator: np.random.Generator) -> World:
    """Draw a world: plain, few statements, few themes in two sessions, or one session."""
    n_themes, n_sessions = {"plain": (16, 3), "sparse": (30, 3), "small": (10, 2), "one session": (25, 1)}[kind]
    planted = np.sort(generator.beta(1.2, 2.5, n_themes))[::-1]
    noise = lambda spread: generator.lognormal(0, spread, n_themes)  # noqa: E731
    popular = np.clip(0.02 + 0.35 * planted * noise(0.4), 0.01, 0.8)
    over_sessions = generator.dirichlet(np.full(n_sessions, 3.0), n_themes) * n_sessions
    rare = 0.4 * (generator.random(n_themes) < 0.3) if kind == "sparse" else 1.0
    votes = planted + 0.05
    return World(
        raised=np.clip(popular[:, None] * over_sessions, 0, 0.95),
        said={
            "stated": np.clip(0.25 * planted * noise(0.3), 0, 1) * rare,
            "uncertainty": np.clip(0.2 * planted * noise(0.5), 0, 1) * rare,
            "time_pressure": np.clip(0.2 * planted * noise(0.5), 0, 1) * rare,
        },
        votes=0.9 * votes / votes.sum(),
    )


def draw(world: World, n_voices: int, generator: np.random.Generator) -> Sample:
    """Let voices speak."""
    n_themes, n_sessions = world.raised.shape
    session = np.arange(n_voices) % n_sessions
    raised = generator.random((n_voices, n_themes)) < world.raised.T[session]
    said = {
        name: np.where(
            raised & (generator.random((n_voices, n_themes)) < world.said[name]),
            1 + generator.integers(len(SAID_SO[name]), size=(n_voices, n_themes)),
            0,
        )
        for name in SAID
    }
    votes = generator.multinomial(N_VOTES, [*world.votes, 1 - world.votes.sum()])
    return Sample(session, raised, said, votes[:-1])


def evidence_of(world: World, sample: Sample) -> tuple[Evidence, npt.NDArray[np.int64]]:
    """Count a sample; themes that nobody raises drop out, as they do in life."""
    kept = np.flatnonzero(sample.raised.any(axis=0))
    n_sessions = world.raised.shape[1]
    raised = sample.raised[:, kept].astype(np.float64)
    present = raised[:, :, None] * (sample.session[:, None, None] == np.arange(n_sessions))
    strengths = {name: np.array([0.0, *(strength for strength, _ in SAID_SO[name])]) for name in SAID}
    evidence = Evidence(
        raised=sparse.csr_matrix(raised),
        present=sparse.csr_matrix(present.reshape(len(raised), -1)),
        n_sessions=n_sessions,
        said={name: sparse.csr_matrix(strengths[name][sample.said[name][:, kept]]) for name in SAID},
        votes=sample.votes[None, kept].astype(np.float64),
        poll_totals=np.array([float(N_VOTES)]),
    )
    return evidence, kept


def true_score(world: World, n_voices: int, weights: dict[str, float]) -> Array:
    """The score of a sample of this size without luck: every amount is what it is on average."""
    n_sessions = world.raised.shape[1]
    amount = world.raised * np.bincount(np.arange(n_voices) % n_sessions, minlength=n_sessions)
    mean_strength = {name: float(np.mean([strength for strength, _ in SAID_SO[name]])) for name in SAID}
    amounts = {
        "reach": amount.sum(axis=1),
        "votes": world.votes * N_VOTES / (N_VOTES + POLL_PRIOR),
        **{name: amount.sum(axis=1) * world.said[name] * mean_strength[name] for name in SAID},
    }
    parts = {name: urgency.relative(values, values.max(keepdims=True), FULL[name]) for name, values in amounts.items()}
    return urgency.score(parts | {"persistence": urgency.persistence(amount)}, weights)


def coverage(kind: str, n_voices: int, n_repeats: int, settings: RankSettings, seed: int) -> tuple[float, float]:
    """Share of themes whose true score, and true rank, lie within their interval."""
    generator = np.random.default_rng([seed, n_voices])
    weights = settings.weights.model_dump()
    held: list[npt.NDArray[np.bool_]] = []
    for repeat in range(n_repeats):
        world = make_world(kind, generator)
        evidence, kept = evidence_of(world, draw(world, n_voices, generator))
        if not len(kept):
            continue
        truth = true_score(world, n_voices, weights)[kept]
        drawn = urgency.simulate(evidence, weights, n_replicates=settings.n_bootstrap, seed=repeat)
        low, high = interval(drawn, settings.interval, tails=TAILS)
        best, worst = interval(ranks(drawn), settings.interval)
        held.append(np.array([(low <= truth) & (truth <= high), (best <= ranks(truth)) & (ranks(truth) <= worst)]))
    in_score, in_rank = np.concatenate(held, axis=1).mean(axis=1)
    return float(in_score), float(in_rank)


def write_down(sample: Sample, extra: list[tuple[str, int, str]]) -> dict[str, pd.DataFrame]:
    """Put a sample in words: the tables that `rank` reads, each theme with the name of its place.

    Args:
        sample: what voices did.
        extra: more questions: speaker, theme and text.
    """
    said: list[tuple[str, int, int, str, str]] = []
    for voice, theme in np.argwhere(sample.raised).tolist():
        speaker, session, subject = f"P-{voice:03}", int(sample.session[voice]), SUBJECTS[theme]
        said.append((speaker, session, theme, ASKED[(voice + theme) % len(ASKED)].format(subject), "question"))
        for name in SAID:
            if number := int(sample.said[name][voice, theme]):
                said.append((speaker, session, theme, SAID_SO[name][number - 1][1].format(subject), "statement"))
    said += [(speaker, 0, theme, text, "question") for speaker, theme, text in extra]
    segments, questions = [], []
    for place, (speaker, session, theme, text, kind) in enumerate(said):
        segment = _segment(place, session, text, speaker=speaker)
        segments.append(segment)
        if kind == "question":
            questions.append(_question(segment, theme))
    segments += [
        _segment(len(said) + theme, 0, SUBJECTS[theme], kind="poll", votes=int(number), prompt="Wat telt?")
        for theme, number in enumerate(sample.votes)
    ]
    return _tables(segments, questions)


def _segment(place: int, session: int, text: str, **others: object) -> dict[str, object]:
    return {
        "segment_id": content_id("S", str(place), text),
        "document_id": f"D-{session:08}",
        "session_id": f"2024-0{session + 1}-01",
        "position": place,
        "text": text,
        "kind": "utterance",
        "heading": [],
        "is_dutch": True,
        "n_repairs": 0,
    } | others


def _question(segment: dict[str, object], theme: int) -> dict[str, object]:
    text = str(segment["text"])
    shared = {name: segment[name] for name in ("segment_id", "document_id", "session_id", "text")}
    question_id = content_id("Q", str(segment["segment_id"]))
    span = {"start": 0, "end": len(text), "form": "direct", "cue": "mark", "score": 1.0, "lemmas": [], "chunks": []}
    return shared | span | {"question_id": question_id, "theme_id": f"T-{theme:08}", "representativeness": 0.5}


def _tables(segments: list[dict[str, object]], questions: list[dict[str, object]]) -> dict[str, pd.DataFrame]:
    by_theme = pd.DataFrame(questions).groupby("theme_id")
    themes = [
        {
            "theme_id": theme, "label": SUBJECTS[int(str(theme)[2:])], "question_id": part["question_id"].iloc[0],
            "question": part["text"].iloc[0], "keywords": [], "n_questions": len(part), "coherence": 1.0,
            "verdict": "exploratory", "status": "new", "parents": [], "reviewed": [],
            "centroid": [], "x": 0.0, "y": 0.0,
        }
        for theme, part in by_theme
    ]  # fmt: skip
    sessions = sorted({str(segment["session_id"]) for segment in segments})
    return {
        "sessions": SESSIONS.frame([{"session_id": name, "title": name, "held_on": name} for name in sessions]),
        "segments": SEGMENTS.frame(segments),
        "sentences": SENTENCES.frame(
            [{"segment_id": s["segment_id"], "start": 0, "end": len(str(s["text"])), "n_tokens": 5} for s in segments]
        ),
        "questions": QUESTIONS.frame(questions),
        "themes": THEMES.frame(themes),
        "question_themes": QUESTION_THEMES.frame(questions),
    }


def found_order(tables: dict[str, pd.DataFrame], settings: RankSettings) -> dict[int, float]:
    """Score per theme, through the whole of the stage."""
    defaults = config.load()
    cues = config.load_cues(config.resource_path(defaults.cues, None))
    encoder = models.load_vectors(defaults.vectors)
    issues, _, _ = rank(*tables.values(), settings, cues=cues, encoder=encoder, seed=1)
    return {int(theme[2:]): float(score) for theme, score in zip(issues["theme_id"], issues["score"], strict=True)}


def agreement(n_voices: int, n_repeats: int, settings: RankSettings, seed: int) -> Array:
    """Kendall's tau of the ranking, and of the score without luck, to the planted order; shape (n_repeats, 2)."""
    generator = np.random.default_rng([seed, n_voices, 1])
    quick = settings.model_copy(update={"n_bootstrap": 0})
    taus = []
    for _ in range(n_repeats):
        world = make_world("plain", generator)
        scores = found_order(write_down(draw(world, n_voices, generator), []), quick)
        planted = [-theme for theme in scores]
        truth = true_score(world, n_voices, settings.weights.model_dump())[list(scores)]
        taus.append([kendalltau(planted, found).statistic for found in (list(scores.values()), truth)])
    return np.array(taus)


def attack(settings: RankSettings, seed: int) -> pd.DataFrame:
    """Rank of the least urgent theme before and after one person floods the session with it."""
    generator = np.random.default_rng([seed, 2])
    sample = draw(make_world("plain", generator), 50, generator)
    quick = settings.model_copy(update={"n_bootstrap": 0})
    victim = int(np.flatnonzero(sample.raised.any(axis=0))[-1])
    subject = SUBJECTS[victim]
    asked = [("P-999", victim, f"Hoe regelen we {subject}?")]
    urgent = [("P-999", victim, f"Punt {n}: hoe regelen we nu echt {subject}? Er is haast bij!") for n in range(100)]
    cases = {
        "nobody": [],
        "asks once": asked,
        "pastes it 100 times": asked * 100,
        "asks once, as urgent": urgent[:1],
        "words it 100 times, as urgent": urgent,
    }
    rows = []
    for name, extra in cases.items():
        scores = found_order(write_down(sample, extra), quick)
        place = int(ranks(np.array(list(scores.values())))[list(scores).index(victim)])
        rows.append({"one person": name, "score": round(scores[victim], 4), "rank": place, "of": len(scores)})
    return pd.DataFrame(rows)


def attribution(seed: int) -> pd.DataFrame:
    """How often the theme of a sample question is found by meaning from the others, ten parts in turn."""
    lines = GOLD.read_text(encoding="utf-8").splitlines()
    themes = {record["text"]: record["theme"] for record in map(json.loads, lines)}
    texts = np.array(sorted(themes), dtype=object)
    part = np.random.default_rng(seed).permutation(len(texts)) % 10
    encoder = models.load_vectors(config.load().vectors)
    found = []
    for number in range(10):
        known = sorted(texts[part != number], key=lambda text: (themes[text], text))
        names = sorted({themes[text] for text in known})
        asked = list(texts[part == number])
        scores = relevance(asked, known, [names.index(themes[text]) for text in known], encoder)
        best = [names[place] for place in scores.argmax(axis=1).tolist()]
        found += [
            (score, name == themes[text]) for score, name, text in zip(scores.max(axis=1), best, asked, strict=True)
        ]
    frame = pd.DataFrame(found, columns=pd.Index(["relevance", "right"]))
    rows = [frame[frame["relevance"] >= least] for least in (0.0, MIN_RELEVANCE, 0.3)]
    figures = [
        {"from": least, "n": len(row), "right": row["right"].mean()}
        for least, row in zip((0, MIN_RELEVANCE, 0.3), rows, strict=True)
    ]
    return pd.DataFrame(figures).round(2)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--repeats", type=int, default=60)
    options = parser.parse_args()
    settings = config.load().rank
    print(f"seed {options.seed}, {options.repeats} repeats, weights {settings.weights.model_dump()}\n")
    print("Kendall's tau to the planted order: mean, 10th and 90th percentile; and that of the score without luck:")
    for n_voices in NUMBERS_OF_VOICES:
        taus, best = agreement(n_voices, max(2, options.repeats // 3), settings, options.seed).T
        low, high = np.quantile(taus, [0.1, 0.9])
        print(f"  {n_voices:>4} voices  {taus.mean():.2f}  {low:.2f} {high:.2f}   {best.mean():.2f}")
    print(f"\nCoverage of the {settings.interval:.0%} intervals of score / rank:")
    print("  voices      " + "".join(f"{number:>14}" for number in NUMBERS_OF_VOICES))
    for kind in ("plain", "sparse", "small", "one session"):
        pairs = [coverage(kind, number, options.repeats, settings, options.seed) for number in NUMBERS_OF_VOICES]
        print(f"  {kind:<12}" + "".join(f"{score:>8.2f} /{place:.2f}" for score, place in pairs))
    print("\nOne person for the least urgent theme, among 50 voices:")
    print(attack(settings, options.seed).to_string(index=False))
    print("\nTheme of a sample question found by meaning, by least relevance:")
    print(attribution(options.seed).to_string(index=False))


if __name__ == "__main__":
    main()
