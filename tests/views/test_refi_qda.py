"""The exchange files for other tools: every coding quotes the exported text."""

import io
import zipfile
from xml.etree import ElementTree

import pytest

from pipeline.views.refi_qda import CODEBOOK_NAMESPACE, PROJECT_NAMESPACE, codebook, project
from tests.views.fixture import make

P = f"{{{PROJECT_NAMESPACE}}}"


@pytest.fixture(scope="module")
def exported():
    issues, tables = make()
    return issues, tables, project(issues, tables)


def opened(data):
    archive = zipfile.ZipFile(io.BytesIO(data))
    return archive, ElementTree.fromstring(archive.read("project.qde"))


def test_every_question_is_coded_where_it_stands(exported):
    issues, _, data = exported
    archive, root = opened(data)
    quotes = {}
    for source in root.iter(f"{P}TextSource"):
        text = archive.read(source.get("plainTextPath").replace("internal://", "Sources/")).decode()
        for selection in source.iter(f"{P}PlainTextSelection"):
            quotes[selection.get("name")] = text[
                int(selection.get("startPosition")) : int(selection.get("endPosition"))
            ]
    assert quotes == {item.question_id: item.text for issue in issues.issues for item in issue.evidence}


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
    assert project(issues, tables) == data


def test_the_codebook_has_the_categories_with_their_issues_below(exported):
    issues, *_ = exported
    root = ElementTree.fromstring(codebook(issues))
    assert root.tag == f"{{{CODEBOOK_NAMESPACE}}}CodeBook"
    tree = {
        code.get("name"): [below.get("name") for below in code if below.tag.endswith("Code")]
        for code in root.find(f"{{{CODEBOOK_NAMESPACE}}}Codes")
    }
    assert list(tree) == [category.label for category in issues.taxonomy]
    assert sorted(label for labels in tree.values() for label in labels) == sorted(
        issue.label for issue in issues.issues
    )
