"""Three invented sessions with sixty questions in nine themes, as the stages would hand them to the report."""

import hashlib
from collections import Counter
from dataclasses import dataclass

from pipeline.config import Category, Description, ReportSettings, Taxonomy
from pipeline.stages.report import report
from pipeline.tables import (
    COMPONENTS,
    DOCUMENTS,
    EMERGING,
    GONE_THEMES,
    ISSUES,
    MATCHES,
    QUESTION_THEMES,
    QUESTIONS,
    SEGMENTS,
    SENSITIVITY,
    SENTENCES,
    SESSIONS,
    SIGNALS,
    THEMES,
    content_id,
)

SETTINGS = ReportSettings(title="Urgente vraagstukken uit de opdenksessies", max_quotes=60, max_evidence=25_000)
WEIGHTS = dict(zip(COMPONENTS, (0.30, 0.10, 0.25, 0.15, 0.10, 0.10), strict=True))
CATEGORIES = {
    "positioning": "Positionering",
    "governance": "Governance",
    "finance": "Financiën",
    "quality": "Kwaliteit",
    "multi-region": "Meerdere regio’s",
}
TAXONOMY = Taxonomy(
    version="1",
    language="nl",
    categories=tuple(
        Category(id=name, label=label, definition=f"Wat over {label.lower()} gaat.")
        for name, label in CATEGORIES.items()
    ),
    other=Description(label="Overig", definition="Wat nergens past."),
)
RUN = {
    "fingerprint": "0123456789abcdef",
    "pipeline_version": "0.1.0",
    "language_model": "nl_opdenk_sm 0.1.0",
    "embedding_model": "bundled 0.1.0",
    "parameters": {
        "seed": 1,
        "mask": {"enabled": True},
        "rank": {"weights": WEIGHTS, "n_bootstrap": 500, "interval": 0.9},
    },
}
SESSION_ROWS = (
    {"session_id": "2024-01-18-startsessie", "title": "Startsessie over de nieuwe regio", "held_on": "2024-01-18"},
    {"session_id": "2024-04-11-verdieping", "title": "Verdieping: geld en mensen", "held_on": "2024-04-11"},
    {
        "session_id": "2024-09-26-terugblik",
        "title": "Terugblik en vooruitblik",
        "held_on": "2024-09-26",
        "region": "Waddenkust",
    },
)
FILES = (
    ("2024-01-18-startsessie", "notulen.docx", "read", None, ()),
    (
        "2024-01-18-startsessie",
        "tafel-1.vtt",
        "warnings",
        None,
        ("2 of 41 cues are malformed and were left out", "spoken in haste"),
    ),
    ("2024-01-18-startsessie", "foto-van-de-flap.jpg", "refused", "files of type .jpg are not read", ()),
    ("2024-04-11-verdieping", "verslag.pdf", "warnings", None, ("repaired: 12 lost letters, 1 page break",)),
    ("2024-04-11-verdieping", "formulier.xlsx", "read", None, ()),
    ("2024-09-26-terugblik", "chat.txt", "read", None, ()),
    (
        "2024-09-26-terugblik",
        "scan.pdf",
        "refused",
        "holds no text: it is a scan; have its text recognised (OCR) and hand in the result",
        (),
    ),
)


@dataclass(frozen=True)
class Theme:
    """A theme with what the stages would say of it, and its questions, one a line: file, speaker, form and text."""

    label: str
    category: str
    status: str
    components: tuple[float, ...]
    place: tuple[float, float]
    verdict: str
    jaccard: float | None
    asked: str
    parents: tuple[str, ...] = ()
    severe: bool = False


THEME_ROWS = (
    Theme(
        label="stem van de opleidingsschool in de regio",
        category="positioning",
        status="known",
        components=(1.0, 1.0, 0.9, 0.8, 0.5, 0.3),
        place=(-0.7, 0.5),
        verdict="robust",
        jaccard=0.86,
        asked="""
notulen.docx | P-01 | direct | Hoe houden wij als opleidingsschool een eigen stem in de nieuwe regio?
notulen.docx | P-02 | concern | We zitten nu niet aan tafel waar het besluit valt.
notulen.docx | P-03 | direct | Wie spreekt er namens ons in het regioberaad?
tafel-1.vtt | P-04 | indirect | ik vraag me af of de regio ons straks nog nodig heeft
tafel-1.vtt | P-05 | direct | Worden we gehoord of alleen geïnformeerd?
verslag.pdf | Tafel 2 | concern | Het partnerschap dreigt een uitvoerder van andermans plan te worden.
formulier.xlsx | P-11 | direct | Hoe houden wij als opleidingsschool een eigen stem in de nieuwe regio?
formulier.xlsx | P-12 | direct | Welke zetel krijgt het partnerschap?
chat.txt | P-01 | concern | Nog steeds geen duidelijke plek voor de scholen, en over een maand wordt er getekend.
chat.txt | P-14 | direct | Wanneer is vastgelegd wie namens de scholen meebeslist?
""",
    ),
    Theme(
        label="geld voor begeleiding na 2025",
        category="finance",
        status="grown",
        components=(0.9, 1.0, 0.7, 0.6, 0.6, 0.9),
        place=(0.6, 0.45),
        verdict="robust",
        jaccard=0.79,
        asked="""
notulen.docx | P-03 | direct | Wie betaalt de begeleiders als de subsidie ophoudt?
verslag.pdf | Tafel 1 | concern | Zonder structurele bekostiging stopt het werkplekleren in 2026.
verslag.pdf | Tafel 1 | indirect | Onduidelijk is of scholen hun eigen bijdrage moeten verhogen.
verslag.pdf | Tafel 3 | direct | Kan de regeling per student worden toegekend?
formulier.xlsx | P-13 | concern | Er is geen buffer voor als de toekenning later komt.
formulier.xlsx | P-15 | direct | Hoe verdelen we het bedrag eerlijk over grote en kleine besturen?
chat.txt | P-16 | concern | Het geld is op voordat de studenten er zijn.
chat.txt | P-17 | direct | Wat gebeurt er met de middelen van de oude regeling?
""",
    ),
    Theme(
        label="uren van werkbegeleiders",
        category="finance",
        status="merged",
        components=(0.8, 1.0, 0.6, 0.7, 0.2, 0.4),
        place=(0.62, 0.1),
        verdict="moderate",
        jaccard=0.66,
        parents=("T-0a0a0a0a", "T-0b0b0b0b"),
        asked="""
notulen.docx | P-02 | concern | Begeleiders krijgen te weinig uren in hun taak.
tafel-1.vtt | P-06 | direct | hoeveel uur mag een begeleider eigenlijk rekenen per student
verslag.pdf | Tafel 2 | concern | De werkdruk van begeleiders is niet vol te houden.
formulier.xlsx | P-12 | direct | Kunnen de uren regionaal gelijk worden getrokken?
formulier.xlsx | P-18 | concern | Begeleiders haken af omdat de tijd ontbreekt.
chat.txt | P-19 | direct | Wie compenseert de lessen die uitvallen?
chat.txt | P-19 | direct | Wie compenseert de lessen die uitvallen?
""",
    ),
    Theme(
        label="besluiten in het regiobestuur",
        category="governance",
        status="split",
        components=(0.7, 0.7, 0.3, 0.4, 0.8, 0.2),
        place=(-0.55, 0.2),
        verdict="robust",
        jaccard=0.77,
        parents=("T-0c0c0c0c",),
        asked="""
notulen.docx | P-07 | direct | Wie neemt het besluit als de besturen het niet eens worden?
notulen.docx | P-02 | indirect | Nog niet duidelijk is welk mandaat de stuurgroep heeft.
tafel-1.vtt | P-08 | direct | moet elk bestuur apart instemmen
verslag.pdf | Tafel 3 | direct | Hoe leggen we afspraken tussen besturen vast?
verslag.pdf | Tafel 3 | concern | De overlegstructuur is zo gelaagd dat niemand meer weet waar iets ligt.
chat.txt | P-20 | direct | Wat doet de penvoerder precies?
""",
    ),
    Theme(
        label="kwaliteit van de leerwerkplek",
        category="quality",
        status="known",
        components=(0.6, 1.0, 0.3, 0.2, 0.4, 0.1),
        place=(-0.1, -0.55),
        verdict="robust",
        jaccard=0.81,
        asked="""
notulen.docx | P-09 | direct | Hoe zien we of een leerwerkplek goed genoeg is?
tafel-1.vtt | P-10 | concern | de een bezoekt elke student en de ander nooit
verslag.pdf | Tafel 1 | direct | Welke afspraken over beoordelen gelden in de hele regio?
formulier.xlsx | P-13 | direct | Wie voert de peer review uit?
chat.txt | P-14 | indirect | benieuwd hoe anderen hun begeleiders scholen
chat.txt | P-21 | concern | Er is geen gedeeld beeld van een goede werkplek.
""",
    ),
    Theme(
        label="scholen in twee regio's",
        category="multi-region",
        status="new",
        components=(0.5, 0.7, 0.4, 0.5, 0.6, 0.2),
        place=(0.1, 0.7),
        verdict="moderate",
        jaccard=0.64,
        asked="""
tafel-1.vtt | P-08 | direct | bij welke regio horen we als onze scholen aan twee kanten van de grens liggen
verslag.pdf | Tafel 2 | concern | We moeten nu twee keer dezelfde gegevens aanleveren.
formulier.xlsx | P-22 | direct | Geldt in beide regio's dezelfde vergoeding?
chat.txt | P-20 | direct | Kan een partnerschap in twee regio's meetellen?
chat.txt | P-23 | concern | In de ene regio mag wat in de andere niet mag.
""",
    ),
    Theme(
        label="veiligheid van studenten op stage",
        category="quality",
        status="new",
        components=(0.1, 0.3, 0.5, 0.0, 0.3, 0.9),
        place=(-0.3, -0.85),
        verdict="exploratory",
        jaccard=None,
        severe=True,
        asked="""
chat.txt | P-24 | concern | Een student is drie keer bedreigd en wij hebben voor 1 oktober geen meldpunt.
chat.txt | P-24 | direct | Waar kan een student vandaag nog terecht?
""",
    ),
    Theme(
        label="reistijd en vervoer van studenten",
        category="other",
        status="new",
        components=(0.4, 0.3, 0.1, 0.1, 0.2, 0.0),
        place=(0.75, -0.6),
        verdict="fragile",
        jaccard=0.48,
        asked="""
formulier.xlsx | P-18 | concern | Studenten reizen twee uur per dag naar hun school.
formulier.xlsx | P-22 | direct | Kan er een busje rijden tussen de scholen?
chat.txt | P-16 | direct | Wie vergoedt de reis van studenten zonder ov-kaart?
chat.txt | P-25 | concern | De laatste bus gaat om vijf uur.
""",
    ),
    Theme(
        label="taalmodellen in de opleiding",
        category="other",
        status="new",
        components=(0.4, 0.3, 0.1, 0.0, 0.5, 0.0),
        place=(0.35, -0.75),
        verdict="fragile",
        jaccard=0.52,
        asked="""
formulier.xlsx | P-15 | direct | Mogen studenten hun verslag met een taalmodel schrijven?
chat.txt | P-23 | indirect | we zijn er nog niet uit hoe we dat toetsen
chat.txt | P-25 | direct | Wie maakt hier beleid op?
""",
    ),
)
ALONE = """
notulen.docx | P-05 | direct | Hoe heet het nieuwe gebouw?
tafel-1.vtt | P-09 | direct | is er al een datum voor de studiereis
verslag.pdf | Tafel 2 | indirect | De vraag is of de nieuwsbrief nog gelezen wordt.
formulier.xlsx | P-11 | concern | Het <script>alert('x')</script> formulier & de "knop" werken <b>niet</b>.
formulier.xlsx | P-18 | direct | Kan de koffie ook zonder bekers?
chat.txt | P-21 | direct | Waar staan de dia's?
chat.txt | P-17 | concern | De link naar de opname ontbreekt.
chat.txt | P-25 | direct | Komt er een vervolg in het voorjaar?
chat.txt | P-16 | direct | Wie neemt het verslag over?
"""


def make(*, masked=True, first_run=False, n_extra=0, silent=False, settings=SETTINGS):
    """The document and its tables.

    Args:
        masked: what the document says of masking.
        first_run: as if there was no earlier run: every theme new, none gone.
        n_extra: so many further questions in the first theme, for tests of size.
        silent: as if the files were there and nobody asked anything.
        settings: what the report shows.
    """
    tables = make_tables(first_run=first_run, n_extra=n_extra)
    if silent:
        tables = {
            name: frame if name in ("sessions", "documents") else frame.iloc[:0] for name, frame in tables.items()
        }
        tables["documents"] = tables["documents"].assign(n_segments=0).astype({"n_segments": "Int64"})
    return report(tables, settings, taxonomy=TAXONOMY, run=RUN | {"masked": masked}), tables


def make_tables(*, first_run=False, n_extra=0):
    """All tables that the report reads, by name."""
    documents = {file: content_id("D", session, file, size=4) for session, file, *_ in FILES}
    sessions = {file: session for session, file, *_ in FILES}
    asked = [(theme, *line) for theme in THEME_ROWS for line in _lines(theme.asked)]
    asked += [(None, *line) for line in _lines(ALONE)]
    asked += [
        (THEME_ROWS[0], "chat.txt", f"P-{30 + i % 60}", "direct", f"Hoe klinkt vraag {i} over onze eigen stem?")
        for i in range(n_extra)
    ]
    segments, sentences, questions, placed = [], [], [], []
    first_with_text = {}
    for position, (theme, file, speaker, form, text) in enumerate(asked):
        segment_id = content_id("S", file, str(position))
        question_id = content_id("Q", file, str(position))
        origin = {"segment_id": segment_id, "document_id": documents[file], "session_id": sessions[file]}
        span = {"start": 0, "end": len(text)}
        segments.append(origin | _segment(file, speaker, text, position))
        sentences.append({"segment_id": segment_id, "n_tokens": len(text.split())} | span)
        questions.append(origin | span | _question(question_id, text, form, file))
        earlier = first_with_text.setdefault((theme, text), question_id)
        placed.append(
            {
                "question_id": question_id,
                "theme_id": theme and theme_id(theme),
                "representativeness": theme and 0.9 - position % 7 / 20,
                "duplicate_of": None if earlier == question_id else earlier,
                "is_reviewed": False,
                "reason": None if theme else "lijkt op geen andere vraag",
            }
        )
    segments += _silent_segments(documents, sessions)
    frames = {
        SESSIONS: SESSION_ROWS,
        DOCUMENTS: _document_rows(documents, segments),
        SEGMENTS: segments,
        SENTENCES: sentences,
        QUESTIONS: questions,
        QUESTION_THEMES: placed,
        THEMES: [_theme(theme, asked, placed, first_run=first_run) for theme in THEME_ROWS],
        GONE_THEMES: []
        if first_run
        else [
            {"theme_id": "T-0a0a0a0a", "label": "taakuren van begeleiders", "n_questions": 4},
            {"theme_id": "T-0d0d0d0d", "label": "naam van de nieuwe regio", "n_questions": 3},
        ],
        MATCHES: _matches(questions, placed),
        EMERGING: [
            {
                "label": "dagelijks leven van studenten",
                "theme_ids": [theme_id(THEME_ROWS[7]), theme_id(THEME_ROWS[8])],
                "why": "past in geen categorie, hoort wel bij elkaar",
            }
        ],
        ISSUES: _issue_rows(asked),
        SIGNALS: _signal_rows(segments),
        SENSITIVITY: [
            {"component": name, "factor": factor, "kendall_tau": 0.94, "top5": [], "n_top5_kept": kept}
            for name, kept in zip(COMPONENTS, (5, 5, 4, 5, 5, 4), strict=True)
            for factor in (0.75, 1.25)
        ],
    }
    return {
        table.name: table.frame([{name: None for name in table.column_names} | dict(row) for row in rows])
        for table, rows in frames.items()
    }


def theme_id(theme):
    """The id of a theme of this fixture."""
    return content_id("T", theme.label, size=4)


def _lines(block):
    return [[part.strip() for part in line.split(" | ")] for line in block.strip().splitlines()]


def _segment(file, speaker, text, position):
    is_table = speaker.startswith("Tafel")
    return {
        "position": position,
        "text": text,
        "kind": "utterance" if file.endswith("vtt") else "paragraph",
        "heading": ["Tafelgesprekken", "Wat speelt er?"] if file == "verslag.pdf" else [],
        "prompt": "Wat moet het Platform weten?" if file == "formulier.xlsx" else None,
        "speaker": None if is_table else speaker,
        "group": speaker if is_table else None,
        "page": 1 + position % 3 if file == "verslag.pdf" else None,
        "line": 10 + position if file in ("verslag.pdf", "chat.txt", "notulen.docx") else None,
        "row": position + 1 if file == "formulier.xlsx" else None,
        "time_s": 61.0 * position + 12 if file.endswith("vtt") else None,
        "is_dutch": True,
        "n_repairs": 0,
    }


def _question(question_id, text, form, file):
    return {
        "question_id": question_id,
        "text": text,
        "form": form,
        "cue": "question_mark",
        "score": 0.9,
        "context": "Wat moet het Platform weten?" if file == "formulier.xlsx" else None,
        "lemmas": [],
        "chunks": [],
    }


def _silent_segments(documents, sessions):
    rows = []
    texts = (("Opening", "heading", True), ("De koffie stond klaar.", "paragraph", True), ("See you!", "chat", False))
    for place, (text, kind, is_dutch) in enumerate(texts):
        segment = _segment("chat.txt", "P-99", text, 900 + place) | {"kind": kind, "is_dutch": is_dutch}
        origin = {
            "segment_id": content_id("S", text),
            "document_id": documents["chat.txt"],
            "session_id": sessions["chat.txt"],
        }
        rows.append(segment | origin | {"speaker": None})
    return rows


def _document_rows(documents, segments):
    counts = Counter(segment["document_id"] for segment in segments)
    return [
        {
            "document_id": documents[file],
            "session_id": session,
            "file": file,
            "format": file.rsplit(".", 1)[1],
            "sha256": hashlib.sha256(file.encode()).hexdigest(),
            "n_bytes": 23_456,
            "encoding": None,
            "status": status,
            "reason": reason,
            "warnings": list(warnings),
            "n_segments": counts[documents[file]],
            "n_repairs": 0,
        }
        for session, file, status, reason, warnings in FILES
    ]


def _theme(theme, asked, placed, *, first_run):
    own = [line for line, place in zip(asked, placed, strict=True) if place["theme_id"] == theme_id(theme)]
    return {
        "theme_id": theme_id(theme),
        "label": theme.label,
        "question_id": placed[asked.index(own[0])]["question_id"],
        "question": own[0][4],
        "keywords": theme.label.split(),
        "n_questions": len(own),
        "coherence": 0.6,
        "jaccard": theme.jaccard,
        "verdict": theme.verdict,
        "status": "new" if first_run else theme.status,
        "parents": [] if first_run else list(theme.parents),
        "reviewed": [],
        "centroid": [1.0, 0.0],
        "x": theme.place[0],
        "y": theme.place[1],
    }


def _matches(questions, placed):
    categories = {theme_id(theme): theme.category for theme in THEME_ROWS}
    items = {name: category for name, category in categories.items()}
    items |= {place["question_id"]: categories.get(place["theme_id"], "other") for place in placed}
    rows = [
        {"item_id": item, "category": category, "score": 0.8, "is_primary": True, "why": []}
        for item, category in items.items()
    ]
    first = theme_id(THEME_ROWS[0])
    return [*rows, {"item_id": first, "category": "governance", "score": 0.4, "is_primary": False, "why": []}]


def _issue_rows(asked):
    rows = []
    for theme in THEME_ROWS:
        own = [line for line in asked if line[0] is theme]
        values = dict(zip(COMPONENTS, theme.components, strict=True))
        score = sum(WEIGHTS[name] * value for name, value in values.items())
        files = {line[1] for line in own}
        sessions = {session for session, file, *_ in FILES if file in files}
        rows.append(
            {
                "theme_id": theme_id(theme),
                "score": score,
                "score_low": max(score - 0.12, 0),
                "score_high": min(score + 0.09, 1),
                "severity": 0.9 if theme.severe else 0.3,
                "is_rare_but_severe": theme.severe,
                "is_shared": len(sessions) > 1,
                "n_questions": len(own),
                "n_voices": len({line[2] for line in own}),
                "n_documents": len(files),
                "n_sessions": len(sessions),
                **values,
            }
        )
    rows.sort(key=lambda row: -row["score"])
    for place, row in enumerate(rows, start=1):
        row |= {"rank": place, "rank_low": max(place - 2, 1), "rank_high": min(place + 2, len(rows))}
        row["probability_top5"] = max(0.0, 1.0 - 0.12 * (place - 1)) if place < 8 else 0.002
    return rows


def _signal_rows(segments):
    found = {segment["text"]: segment for segment in segments}
    passages = (
        (0, "time_pressure", "over een maand", 0.7, "Nog steeds geen duidelijke plek voor de scholen"),
        (0, "stated", "dreigt", 0.5, "Het partnerschap dreigt een uitvoerder"),
        (1, "time_pressure", "in 2026", 0.6, "Zonder structurele bekostiging"),
        (2, "stated", "niet vol te houden", 0.8, "De werkdruk van begeleiders"),
        (0, "votes", "over een maand", 0.4, "Nog steeds geen duidelijke plek voor de scholen"),
        (6, "severity", "bedreigd", 1.0, "Een student is drie keer bedreigd"),
        (6, "time_pressure", "voor 1 oktober", 0.9, "Een student is drie keer bedreigd"),
    )
    rows = []
    for theme, component, cue, strength, opening in passages:
        segment = next(segment for text, segment in found.items() if text.startswith(opening))
        rows.append(
            {
                "theme_id": theme_id(THEME_ROWS[theme]),
                "component": component,
                "segment_id": segment["segment_id"],
                "start": segment["text"].index(cue),
                "end": segment["text"].index(cue) + len(cue),
                "strength": strength,
                "cue": "12 votes" if component == "votes" else cue,
            }
        )
    return rows
