"""What the columns of a table of records hold, told by their headers and contents."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pipeline.readers.reading import Columns

MIN_ANSWER_WORDS = 2.5  # words a cell on average, from which a column without a telling name holds what people said
MAX_LABEL_WORDS = 4  # of the name of a column
MAX_GROUP_WORDS = 6  # words a cell on average, up to which a column names groups
MAX_REPEATED = 0.6  # distinct values per cell, below which a column of questions holds questions that were put

IDENTIFIER = r"id|nr|no|nummer|volgnummer|response id|respons-id|#"
PASSED_OVER = (
    r"(?:begin|start|eind|completion|submit|last modified)[ -]?(?:tijd|time|datum|date)?|tijd.*|time.*|datum.*|date.*|"
    r"laatst gewijzigd.*|.*e-?mail.*|ip.*|taal|language|status|cijfer|score|rapportcijfer|telefoon.*|link|url|"
    r"voltooid.*|wanneer|deadline|gereed"
)
SPEAKER = (
    r"(?:volledige |full )?na+m|(?:je|jouw|uw) naam.*|name|deelnemers?|participant|respondent|spreker|speaker|auteur|"
    r"author|wie|(?:ingevuld |ingebracht |gesteld )?door|inbrenger|indiener|inzender|user(?:name)?|gebruiker|afzender|"
    r"sender|from(?:\..*)?|van|krabbel van|persoon|"
    r"(?:author|auteur|user|sender|afzender|spreker|speaker)\.(?:.*name|.*naam)"
)
GROUPS = (
    r"tafel.*|table|groep.*|group|subgroep.*|team|breakout.*|hoek|flap",
    r"(?:onderwijs)?regio.*|region",
    r"partnerschap.*|organisatie|instelling|school|bestuur",
    r"sector|rol|functie|doelgroep",
    r"(?:\w+ )?welke? (?:onderwijs)?(?:regio|partnerschap|organisatie|instelling|school|bestuur|sector)\b.*|"
    r"(?:wat is )?(?:je|jouw|uw) (?:rol|functie|regio|organisatie|school|sector)\b.*",
)  # the first that there is tells the group
VOTES = (
    r"(?:aantal )?stemmen|(?:aantal )?votes?|aantal|likes|stippen|plakkers|punten|upvotes|duimpjes|stickers|n|"
    r"(?:mee )?eens|voor|(?:aantal |hoe vaak |vaak )?(?:keer )?genoemd|aantal keer|frequentie"
)
PROMPT = r"prompt|(?:gestelde |open )?vraag|question|n\.?a\.?v\.?|naar aanleiding van|stelling|onderwerp|thema|opdracht"
ANSWER = (
    r"antwoord(?:en)?|answer|toelichting.*|opmerking(?:en)?.*|reacties?|response|comments?|tekst|text|bericht|message|"
    r"body(?:\.content)?|content|inbreng|kaartje|notitie|idee(?:ën)?|zorg(?:en)?|vraag of zorg|vra(?:ag|gen)|question|"
    r"aandachtspunt(?:en)?|knelpunt(?:en)?|uitspraak|quote|citaat|statement|vraagstuk(?:ken)?|(?:actie)?punt(?:en)?|"
    r"besluit(?:en)?|acties?"
)
_GROUP_NAME = (
    r"(?:flap|poster|muur|bord)? ?(?:tafel|groep|subgroep|team|hoek|breakout|flap)\D{0,6}\d+"  # above its answers
)
_NUMBER = re.compile(
    r"-?\d+(?:[. ]\d{3})*(?:[.,]\d+)?(?:%| ?(?:x|×|keer|stemmen|stem|votes?|punten|punt))?$", re.IGNORECASE
)


@dataclass(frozen=True)
class Roles:
    """The place of the columns that matter, counted from 0.

    Args:
        answers: columns with what people said.
        prompts: per answer column, the question that its header puts.
        groups: per answer column, the group that its header names.
        group_label: what stands before a group that is only a number or letter, such as `Tafel`.
        unused: headers of columns that hold something and were passed over.
    """

    answers: tuple[int, ...] = ()
    prompts: Mapping[int, str] = field(default_factory=dict)
    groups: Mapping[int, str] = field(default_factory=dict)
    prompt: int | None = None
    speaker: int | None = None
    group: int | None = None
    votes: int | None = None
    identifier: int | None = None
    group_label: str = ""
    unused: tuple[str, ...] = ()

    def said(self, header: Sequence[str]) -> str:
        """Which column was taken for what, for the document's warnings."""
        single = {"prompt": self.prompt, "speaker": self.speaker, "group": self.group, "votes": self.votes}
        parts = ["answer = " + ", ".join(f"'{header[place]}'" for place in self.answers)]
        parts += [f"{role} = '{header[place]}'" for role, place in single.items() if place is not None]
        if self.unused:
            parts.append("not used: " + ", ".join(f"'{name}'" for name in self.unused))
        return "columns: " + "; ".join(parts)


def looks_like_header(cells: Sequence[str], below: Sequence[Sequence[str]] = ()) -> bool:
    """Whether a row of a table names columns: by known names or questions, or as short labels above longer cells."""
    filled = [cell for cell in cells if cell]
    if not filled or len(set(filled)) < len(filled) or any(_NUMBER.match(cell) for cell in filled):
        return False
    if any(_goes_on(cell, (row[place] for row in below)) for place, cell in enumerate(cells)):
        return False
    roles = (IDENTIFIER, SPEAKER, *GROUPS, VOTES, PROMPT, ANSWER)
    if any(_is(cell, role) for cell in filled for role in roles) or any(is_question(cell) for cell in filled):
        return True
    words = [len(cell.split()) for row in below for cell in row if cell]
    are_labels = all(len(cell.split()) <= MAX_LABEL_WORDS and cell[-1] not in ".?!" for cell in filled)
    return len(below) > 1 and are_labels and sum(words) / len(words) > 1.5 * len(filled[0].split())


def _goes_on(cell: str, below: Iterable[str]) -> bool:
    """Whether a cell is the first of a series: `Tafel 1` above `Tafel 2`."""
    shape = re.sub(r"\d+", "0", cell)
    return shape != cell and any(re.sub(r"\d+", "0", other) == shape for other in below)


def is_question(header: str) -> bool:
    """Whether a header puts a question rather than naming a column."""
    return header.rstrip().endswith("?") or len(header.split()) >= 5


def find_roles(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Roles:
    """Tell the role of every column from its header and its cells."""
    columns = [[row[place] for row in rows if row[place]] for place in range(len(header))]
    taken: dict[int, str] = {}

    def names_groups(place: int) -> bool:
        short = not columns[place] or _mean_words(columns[place]) <= MAX_GROUP_WORDS
        return short and not _is(header[place], _GROUP_NAME)

    roles = Roles(
        identifier=_first(header, IDENTIFIER, taken, lambda n: _is_identifier(columns[n], len(rows))),
        votes=_first(header, VOTES, taken, lambda n: _is_numeric(columns[n])),
        speaker=_first(header, SPEAKER, taken, lambda n: not _is_numeric(columns[n])),
        group=next((n for names in GROUPS if (n := _first(header, names, taken, names_groups)) is not None), None),
    )
    free = [n for n in range(len(header)) if n not in taken and columns[n] and not _is(header[n], PASSED_OVER)]
    texts = [n for n in free if not _is_numeric(columns[n])]
    answers = [
        n
        for n in texts
        if _is(header[n], ANSWER) or is_question(header[n]) or _mean_words(columns[n]) >= MIN_ANSWER_WORDS
    ]
    if not answers and roles.votes is not None:  # a poll of short statements
        answers = [n for n in texts if _is(header[n], PROMPT)][:1] or texts[:1]
    prompt = _prompt_column(header, columns, texts, answers)
    answers = [n for n in answers if n != prompt]
    return replace(
        roles,
        answers=tuple(answers),
        prompts={n: header[n] for n in answers if is_question(header[n])},
        groups={n: header[n] for n in answers if _is(header[n], _GROUP_NAME)},
        prompt=prompt,
        group_label=_group_label(header, roles.group),
        unused=tuple(
            name for n, name in enumerate(header) if n not in taken and n not in answers and n != prompt and columns[n]
        ),
    )


def given_roles(header: Sequence[str], columns: Columns) -> tuple[Roles, list[str]]:
    """The roles that session.yaml gives, and the headers that it names in vain."""
    places = {name.strip().lower(): place for place, name in reversed(list(enumerate(header)))}

    def place(name: str | None) -> int | None:
        return places.get(name.strip().lower()) if name else None

    named = [*columns.answer, columns.prompt, columns.speaker, columns.group, columns.votes]
    missing = [name for name in named if name and place(name) is None]
    answers = tuple(n for name in columns.answer if (n := place(name)) is not None)
    roles = Roles(
        answers=answers,
        prompts={n: header[n] for n in answers if is_question(header[n])},
        prompt=place(columns.prompt),
        speaker=place(columns.speaker),
        group=place(columns.group),
        group_label=_group_label(header, place(columns.group)),
        votes=place(columns.votes),
        identifier=next((n for n, name in enumerate(header) if _is(name, IDENTIFIER)), None),
    )
    return roles, missing


def _group_label(header: Sequence[str], place: int | None) -> str:
    if place is None or not _is(header[place], GROUPS[0]):
        return ""
    return header[place].split()[0].strip(":.").capitalize()


def _prompt_column(
    header: Sequence[str], columns: Sequence[Sequence[str]], texts: Sequence[int], answers: Sequence[int]
) -> int | None:
    for place in texts:
        if not _is(header[place], PROMPT):
            continue
        others = [n for n in answers if n != place]
        if not others:
            continue
        repeats = len(set(columns[place])) <= MAX_REPEATED * len(columns[place])
        if (
            repeats
            or not _is(header[place], ANSWER)
            or all(_is(header[n], r"antwoord.*|answer|reactie.*") for n in others)
        ):
            return place
    return None


def _first(
    header: Sequence[str], names: str, taken: dict[int, str], fits: Callable[[int], bool] = lambda _: True
) -> int | None:
    """The first column of one of these names that is not taken and whose cells fit; it is taken then."""
    for place, name in enumerate(header):
        if place not in taken and _is(name, names) and fits(place):
            taken[place] = name
            return place
    return None


def _is(header: str, names: str) -> bool:
    name = header.strip().strip("#.:*").strip() or header.strip()
    return re.fullmatch(names, name.lower()) is not None


def _is_numeric(cells: Sequence[str]) -> bool:
    return bool(cells) and sum(_NUMBER.match(cell) is not None for cell in cells) >= 0.8 * len(cells)


def _is_identifier(cells: Sequence[str], n_rows: int) -> bool:
    return len(cells) == n_rows and all(cell.isdigit() for cell in cells) and len(set(cells)) == n_rows


def _mean_words(cells: Sequence[str]) -> float:
    return sum(len(cell.split()) for cell in cells) / len(cells)


def hash_records(tables: Iterable[tuple[str, Sequence[str], Sequence[Sequence[str]]]]) -> str:
    """Hash tables by their records, whatever the order of rows."""
    digest = hashlib.sha256()
    for name, header, rows in sorted(tables, key=lambda table: (table[0], tuple(table[1]))):
        for record in [[name], header, *sorted([list(row) for row in rows])]:
            digest.update("\x1f".join(record).encode("utf-8", "surrogatepass") + b"\x1e")
    return digest.hexdigest()
