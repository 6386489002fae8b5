"""issues.qdpx and codebook.qdc: the coded material for ATLAS.ti, NVivo, MAXQDA, QualCoder and others.

Source: REFI-QDA Standard 1.5, https://www.qdasoftware.org/. Positions are code points of the exported plain text;
GUIDs are made from ids, so the same results give the same bytes.
"""

import uuid
from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from pipeline.contract import Evidence, Issue, Issues
from pipeline.tables import rows
from pipeline.views.archive import pack

if TYPE_CHECKING:
    import pandas as pd

PROJECT_NAMESPACE = "urn:QDA-XML:project:1.0"
CODEBOOK_NAMESPACE = "urn:QDA-XML:codebook:1.0"
ORIGIN = "opdenk"
_GUIDS = uuid.uuid5(uuid.NAMESPACE_URL, "urn:opdenk:refi-qda")


@dataclass(frozen=True)
class _Source:
    """One document as plain text, and where each of its segments that is quoted starts in it."""

    guid: str
    name: str
    text: str
    starts: Mapping[str, int]


def project(issues: Issues, tables: "Mapping[str, pd.DataFrame]") -> bytes:
    """issues.qdpx: every document as plain text, every question coded with its issue, the pipeline as coder."""
    sources = _sources(tables, {item.source.segment for issue in issues.issues for item in issue.evidence})
    root = ElementTree.Element("Project", {"xmlns": PROJECT_NAMESPACE, "name": "opdenk", "origin": ORIGIN})
    root.set("creatingUserGUID", _guid("user", ORIGIN))
    users = ElementTree.SubElement(root, "Users")
    ElementTree.SubElement(users, "User", {"guid": _guid("user", ORIGIN), "name": f"{ORIGIN} (automatisch)"})
    _codes(ElementTree.SubElement(root, "CodeBook"), issues)
    parent = ElementTree.SubElement(root, "Sources")
    by_segment = {segment: source for source in sources for segment in source.starts}
    elements = {source.guid: _source_element(parent, source) for source in sources}
    for issue in issues.issues:
        for item in issue.evidence:
            source = by_segment[item.source.segment]
            _selection(elements[source.guid], source, issue, item)
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
        attributes = {"guid": _guid("category", category.id), "name": category.label, "isCodable": "true"}
        element = ElementTree.SubElement(codes, "Code", attributes)
        ElementTree.SubElement(element, "Description").text = category.definition
        for issue in (issue for issue in issues.issues if issue.category.id == category.id):
            attributes = {"guid": _guid("issue", issue.id), "name": _printable(issue.label), "isCodable": "true"}
            below = ElementTree.SubElement(element, "Code", attributes)
            ElementTree.SubElement(below, "Description").text = _printable(f"{issue.id}: {issue.question}")


def _source_element(parent: ElementTree.Element, source: _Source) -> ElementTree.Element:
    attributes = {"guid": source.guid, "name": source.name, "plainTextPath": f"internal://{source.guid}.txt"}
    attributes["creatingUser"] = _guid("user", ORIGIN)
    return ElementTree.SubElement(parent, "TextSource", attributes)


def _selection(parent: ElementTree.Element, source: _Source, issue: Issue, item: Evidence) -> None:
    first, user, question = source.starts[item.source.segment], _guid("user", ORIGIN), item.question_id
    attributes = {
        "guid": _guid("selection", question),
        "name": question,
        "startPosition": str(first + item.source.start),
        "endPosition": str(first + item.source.end),
        "creatingUser": user,
    }
    selection = ElementTree.SubElement(parent, "PlainTextSelection", attributes)
    coding = ElementTree.SubElement(selection, "Coding", {"guid": _guid("coding", question), "creatingUser": user})
    ElementTree.SubElement(coding, "CodeRef", {"targetGUID": _guid("issue", issue.id)})


def _guid(kind: str, identifier: str) -> str:
    return str(uuid.uuid5(_GUIDS, f"{kind}/{identifier}")).upper()


def _printable(text: str) -> str:
    """Leave out control characters, which XML cannot hold."""
    return "".join(letter for letter in text if letter >= " " or letter in "\t\n")


def _xml(root: ElementTree.Element) -> bytes:
    ElementTree.indent(root)
    body: bytes = ElementTree.tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + body + b"\n"
