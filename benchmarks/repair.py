"""Measure text repair: on a labelled document, and on sound documents that were broken in known ways.

    python benchmarks/repair.py --data ../shared/data/opbrengsten

The labelled document needs `document.txt`, `repaired.txt`, `repairs.csv`, `not_repaired.csv` and
`gold_segments.jsonl`. What is broken in known ways are the documents of the sample sessions whose files tell their
structure: they are laid out as lines of some width, and must come out as they went in.
"""

import argparse
import csv
import itertools
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline import config, readers
from pipeline.readers.reading import Source
from pipeline.text.blocks import Block
from pipeline.text.lexicon import Lexicon
from pipeline.wordlist import load_word_ranks

SAMPLES = Path(__file__).parent.parent / "data" / "raw"
SHAPES = {"h": "heading", "p": "paragraph", "b": "bullet", "l": "bullet", "u": "paragraph"}
LIGATURES = ("ffi", "ffl", "ff", "fi", "fl", "ft")
RANKS = load_word_ranks()


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="folder of the labelled document")
    parser.add_argument("--show", action="store_true", help="print what came out wrong")
    options = parser.parse_args()
    if options.data:
        print_labelled(options.data, show=options.show)
    print_broken(show=options.show)


def read(name: str, data: bytes) -> Sequence[Block]:
    """Read a file as the pipeline does."""
    return readers.read(Source(name, data, config.load().ingest, Lexicon(lambda: RANKS))).blocks


def print_labelled(folder: Path, *, show: bool) -> None:
    """Figures on the labelled document."""
    blocks = read("document.txt", (folder / "document.txt").read_bytes())
    gold = [json.loads(line) for line in (folder / "gold_segments.jsonl").read_text().splitlines()]
    wanted = [bare(line) for line in (folder / "repaired.txt").read_text().splitlines() if line.strip()]
    texts = {bare(block.text) for block in blocks}
    lost = [row for row in table(folder / "repairs.csv") if row["type"].startswith("ligature")]
    n_lost = sum(len(row["lines"].split(";")) for row in lost)
    whole = " ".join(block.text for block in blocks)
    n_restored = sum(block.repairs["lost letter"] for block in blocks) if "\ufffd" not in whole else 0
    right = all(row["repaired"] in whole for row in lost)
    kept = [row["as_in_source"].split(" (")[0] for row in table(folder / "not_repaired.csv")]
    faults = {segment["id"]: list(place_faults(segment, blocks)) for segment in gold}
    n_right = sum(not found for found in faults.values())
    print(f"lost ligatures restored        {n_restored} of {n_lost}, all words right: {right}")
    print(f"page breaks mended             {sum(block.repairs['page break'] for block in blocks)}")
    print(f"paragraphs as repaired by hand {sum(text in texts for text in wanted)} of {len(wanted)}")
    print(f"authors' own spellings kept    {sum(text in whole for text in kept)} of {len(kept)}")
    print(f"segments right in text, kind, level and headings {n_right} of {len(gold)} ({n_right / len(gold):.1%})")
    if show:
        print(*(f"  {name}: {'; '.join(found)}" for name, found in faults.items() if found), sep="\n")


def place_faults(segment: dict[str, Any], blocks: Sequence[Block]) -> Iterator[str]:
    """How the block that holds a labelled segment differs from the label."""
    text = bare(segment["text"])
    block = next((block for block in blocks if block.line == segment["line_start"]), None)
    block = block or next((block for block in blocks if text in block.text), None)
    if block is None or (text not in block.text and not text.startswith(bare(block.text))):
        yield "text"
        return
    if block.kind != SHAPES[segment["shape"][0]]:
        yield f"kind {block.kind}"
    if segment["shape"][0] == "b" and block.level != int(segment["shape"][1]):
        yield f"level {block.level}"
    path = [bare(heading) for heading in block.heading]
    above = [segment["section"]["title"], segment["subheading"]]
    if "zonder kop" not in above[0]:
        expected = [title.rstrip(".") for title in above if title and title != text]
        if path[len(path) - len(expected) :] != expected:
            yield f"headings {path}"


def bare(line: str) -> str:
    """A line without the sign or number before it."""
    return re.sub(r"^\s*(?:•|\d+\.)\s+", "", line).strip()


def table(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@dataclass(frozen=True)
class Layout:
    """A way to break a document.

    Args:
        width: characters a line.
        spaced: whether a blank line stands between all lines.
        hyphenated: whether words are broken at the end of a line.
        damaged: whether ligatures are lost.
        paged: whether a footer stands after every 30 lines.
    """

    width: int
    spaced: bool = False
    hyphenated: bool = False
    damaged: bool = False
    paged: bool = False


def layouts() -> list[Layout]:
    """All ways that are tried."""
    kinds = [{}, {"spaced": True}, {"hyphenated": True}, {"damaged": True}, {"paged": True}]
    kinds += [{"spaced": True, "damaged": True}, {"hyphenated": True, "damaged": True, "paged": True}]
    return [Layout(width, **kind) for kind, width in itertools.product(kinds, (42, 60, 80, 100))]


def print_broken(*, show: bool) -> None:
    """Figures on documents that were broken in known ways."""
    files = [path for path in sorted(SAMPLES.rglob("*")) if path.suffix in (".docx", ".md")]
    documents = [[block for block in read(path.name, path.read_bytes()) if block.kind != "cell"] for path in files]
    print("\nlayout                                                     texts right  headings right  bullets right")
    for layout in layouts():
        counts = {"text": [0, 0], "heading": [0, 0], "bullet": [0, 0]}
        for document in documents:
            broken = lay_out(document, layout)
            found = {(bare(block.text), block.kind) for block in read("broken.txt", broken.encode())}
            texts = {text for text, _ in found}
            for block in document:
                count(counts, "text", bare(block.text) in texts)
                count(counts, block.kind, (bare(block.text), block.kind) in found)
                if show and bare(block.text) not in texts:
                    print("   lost:", block.text[:110])
        shares = (f"{right}/{total}".rjust(14) for right, total in counts.values())
        print(f"{layout_name(layout):58}{''.join(shares)}")


def count(counts: dict[str, list[int]], name: str, right: bool) -> None:
    """Count one piece as right or wrong, if its kind is counted."""
    if name in counts:
        counts[name][0] += right
        counts[name][1] += 1


def layout_name(layout: Layout) -> str:
    """How a layout is named in the table."""
    traits = [name for name in ("spaced", "hyphenated", "damaged", "paged") if getattr(layout, name)]
    return f"{layout.width} wide" + "".join(f", {name}" for name in traits)


def lay_out(blocks: Sequence[Block], layout: Layout) -> str:
    """Write a document as lines of a width."""
    lines: list[str] = []
    for block in blocks:
        depth = (block.level or 1) - 1 if block.kind == "bullet" else 0
        sign = "  " * depth + "• " if block.kind == "bullet" else ""
        text = f"{block.speaker}: {block.text}" if block.speaker else block.text
        if block.kind != "bullet" and lines:
            lines.append("")
        lines += wrap(sign + text, layout)
        if block.kind != "bullet":
            lines.append("")
    if layout.spaced:
        lines = [part for line in lines if line for part in (line, "")]
    if layout.paged:
        lines = [*itertools.chain.from_iterable(paged(lines))]
    return "\n".join(lines)


def paged(lines: Sequence[str]) -> Iterator[list[str]]:
    """Pages of 30 lines with a footer below each."""
    for number, start in enumerate(range(0, len(lines), 30), start=1):
        yield [*lines[start : start + 30], f"Verslag van de opdenksessie - pagina {number}"]


def wrap(text: str, layout: Layout) -> Iterator[str]:
    """Break a text into lines, with or without hyphens, and lose its ligatures if the layout says so."""
    if layout.damaged:
        text = re.sub("|".join(LIGATURES), "\ufffd", text)
    line = text[: len(text) - len(text.lstrip())]
    for word in text.split():
        while len(line) + len(word) + 1 > layout.width and line.strip():
            head, word = hyphenate(word, layout.width - len(line) - 2) if layout.hyphenated else ("", word)
            yield f"{line} {head}-" if head else line
            line = ""
        line = f"{line} {word}" if line.strip() else line + word
    yield line


def hyphenate(word: str, room: int) -> tuple[str, str]:
    """Break a word between syllables, roughly, where the first part still fits."""
    places = [m.end() for m in re.finditer(r"[aeiou][bdfgklmnprstvwz]?(?=[bdfgklmnprstvwz][aeiou])", word[:-2])]
    fitting = [place for place in places if 2 < place <= room and word.isalpha()]
    return (word[: fitting[-1]], word[fitting[-1] :]) if fitting else ("", word)


if __name__ == "__main__":
    main()
