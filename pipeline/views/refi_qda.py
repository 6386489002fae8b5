"""issues.qdpx and codebook.qdc: the coded material for ATLAS.ti, NVivo, MAXQDA, QualCoder and others.

Source: REFI-QDA Standard 1.5, https://www.qdasoftware.org/. Positions are code points of the exported plain text;
GUIDs are made from ids, so the same results give the same bytes, and are in small letters, as some programs insist.
"""

import re
import uuid
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from pipeline.config import OTHER
from pipeline.contract import Evidence, Issues, Unplaced
from pipeline.tables import rows
from pipeline.views.archive import pack

if TYPE_CHECKING:
    import pandas as pd

PROJECT_NAMESPACE = "urn:QDA-XML:project:1.0"
CODEBOOK_NAMESPACE = "urn:QDA-XML:codebook:1.0"
ORIGIN = "opdenk"
CODERS = {"opdenk": "opdenk (automatisch)", "review": "beoordeling (mensen)"}  # users of the project, by id
_GUIDS = uuid.uuid5(uuid.NAMESPACE_URL, "urn:opdenk:refi-qda")
_NO_XML = re.compile("[^\t\n -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # https://www.w3.org/TR/xml/#charsets


@dataclass(frozen=True)
class _Source:
    """One document as plain text, and where each of its segments that is quoted starts in it."""

    guid: str
    name: str
    text: str
    starts: Mapping[str, int]


@dataclass(frozen=True)
class _Coding:
    """A code that a question is given, and who gave it."""

    guid: str
    coder: str


def project(issues: Issues, tables: "Mapping[str, pd.DataFrame]") -> bytes:
    """issues.qdpx: every document as plain text, every question coded, by the pipeline or by who corrected it.

    A question is coded with its issue, or with its category if it stands in no issue; with both if it fits
    another category than its issue, or if people gave it one.
    """
    sources = _sources(tables, {item.source.segment for item, _ in _coded(issues)})
    root = ElementTree.Element("Project", {"xmlns": PROJECT_NAMESPACE, "name": ORIGIN, "origin": ORIGIN})
    root.set("creatingUserGUID", _guid("user", ORIGIN))
    users = ElementTree.SubElement(root, "Users")
    for coder, name in CODERS.items():
        ElementTree.SubElement(users, "User", {"guid": _guid("user", coder), "name": name})
    _codes(ElementTree.SubElement(root, "CodeBook"), issues)
    if sources:  # the standard has no empty list of sources
        parent = ElementTree.SubElement(root, "Sources")
        by_segment = {segment: source for source in sources for segment in source.starts}
        elements = {source.guid: _source_element(parent, source) for source in sources}
        for item, codes in _coded(issues):
            source = by_segment[item.source.segment]
            _selection(elements[source.guid], source, item, codes)
    n_left_out = sum(issue.evidence_left_out for issue in issues.issues)
    if n_left_out:
        description = f"Nog {n_left_out} citaten, minder kenmerkend, zijn hier niet gecodeerd."
        ElementTree.SubElement(root, "Description").text = description
    files = {"project.qde": _xml(root)}
    files |= {f"Sources/{source.guid}.txt": source.text.encode() for source in sources}
    return pack(files)


def codebook(issues: Issues) -> bytes:
    """codebook.qdc: the categories, with their issues below them."""
    root = ElementTree.Element("CodeBook", {"xmlns": CODEBOOK_NAMESPACE, "origin": ORIGIN})
    _codes(root, issues)
    return _xml(root)


def _sources(tables: "Mapping[str, pd.DataFrame]", quoted: Set[str]) -> list[_Source]:
    segments = tables["segments"][["segment_id", "document_id", "position", "text"]]
    texts = dict(list(segments.sort_values(["document_id", "position"]).groupby("document_id")))
    found = []
    for document in rows(tables["documents"]):
        own = texts.get(document.document_id)
        if own is None:
            continue
        starts, at = {}, 0
        for segment in rows(own):
            if segment.segment_id in quoted:
                starts[segment.segment_id] = at
            at += len(segment.text) + 1
        text = "".join(f"{segment}\n" for segment in own["text"]).replace("\r", " ")
        name = f"{document.session_id}/{document.file}"
        found.append(_Source(_guid("document", document.document_id), name, text, starts))
    return found


def _codes(parent: ElementTree.Element, issues: Issues) -> None:
    codes = ElementTree.SubElement(parent, "Codes")
    for category in issues.taxonomy:
        attributes = {"guid": _guid("category", category.id), "name": _printable(category.label), "isCodable": "true"}
        element = ElementTree.SubElement(codes, "Code", attributes)
        ElementTree.SubElement(element, "Description").text = _printable(category.definition)
        for issue in (issue for issue in issues.issues if issue.category.id == category.id):
            attributes = {"guid": _guid("issue", issue.id), "name": _printable(issue.label), "isCodable": "true"}
            below = ElementTree.SubElement(element, "Code", attributes)
            ElementTree.SubElement(below, "Description").text = _printable(f"{issue.id}: {issue.question}")


def _source_element(parent: ElementTree.Element, source: _Source) -> ElementTree.Element:
    attributes = {
        "guid": source.guid,
        "name": _printable(source.name),
        "plainTextPath": f"internal://{source.guid}.txt",
    }
    attributes["creatingUser"] = _guid("user", ORIGIN)
    return ElementTree.SubElement(parent, "TextSource", attributes)


def _coded(issues: Issues) -> Iterable[tuple[Evidence | Unplaced, list[_Coding]]]:
    """Every question with its codes."""
    for issue in issues.issues:
        for item in issue.evidence:
            codes = [_Coding(_guid("issue", issue.id), "review" if "theme" in item.reviewed else ORIGIN)]
            if "category" in item.reviewed:
                codes.append(_Coding(_guid("category", item.category), "review"))
            elif item.category not in (issue.category.id, OTHER):
                codes.append(_Coding(_guid("category", item.category), ORIGIN))
            yield item, codes
    for alone in issues.unplaced:
        yield alone, [_Coding(_guid("category", alone.category), ORIGIN)]


def _selection(parent: ElementTree.Element, source: _Source, item: Evidence | Unplaced, codes: list[_Coding]) -> None:
    first, question = source.starts[item.source.segment], item.question_id
    attributes = {
        "guid": _guid("selection", question),
        "name": question,
        "startPosition": str(first + item.source.start),
        "endPosition": str(first + item.source.end),
        "creatingUser": _guid("user", ORIGIN),
    }
    selection = ElementTree.SubElement(parent, "PlainTextSelection", attributes)
    for code in codes:
        attributes = {"guid": _guid("coding", f"{question}/{code.guid}"), "creatingUser": _guid("user", code.coder)}
        coding = ElementTree.SubElement(selection, "Coding", attributes)
        ElementTree.SubElement(coding, "CodeRef", {"targetGUID": code.guid})


def _guid(kind: str, identifier: str) -> str:
    return str(uuid.uuid5(_GUIDS, f"{kind}/{identifier}"))


def _printable(text: str) -> str:
    """Leave out characters that XML cannot hold."""
    return _NO_XML.sub("", text)


def _xml(root: ElementTree.Element) -> bytes:
    ElementTree.indent(root)
    body: bytes = ElementTree.tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + body + b"\n"
