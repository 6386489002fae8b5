"""Read an exchange file as another program would, with a reader that is not ours."""

from pyrefiqda import RefiProject


def assert_read_by_another_program(path, issues, documents, folder):
    """A reader that is not ours finds every document, code and question, each with its text and codes."""
    read = RefiProject.load(path, extract_dir=folder)
    tops = read.code_book.codes.code
    names = {code.guid: code.name for top in tops for code in (top, *top.code)}
    assert [top.name for top in tops] == [category.label for category in issues.taxonomy]
    assert sorted(code.name for top in tops for code in top.code) == sorted(issue.label for issue in issues.issues)

    given = {f"{row.session_id}/{row.file}" for row in documents[documents["n_segments"] > 0].itertuples()}
    assert {source.name for source in read.sources.text_source} == given
    found = {}
    users = {user.guid for user in read.users.user}
    for source in read.sources.text_source:
        text = (folder / source.plain_text_path.replace("internal://", "Sources/")).read_bytes().decode()
        for selection in source.plain_text_selection:
            assert {coding.creating_user for coding in selection.coding} | {selection.creating_user} <= users
            codes = {names[coding.code_ref.target_guid] for coding in selection.coding}
            quote = text[selection.start_position : selection.end_position]
            found[selection.name] = (source.name, quote, codes)
    assert found == expected_codings(issues)


def expected_codings(issues):
    labels = {category.id: category.label for category in issues.taxonomy}
    expected = {}
    for issue in issues.issues:
        for item in issue.evidence:
            codes = {issue.label} | (
                {labels[item.category]} if item.category not in (issue.category.id, "other") else set()
            )
            expected[item.question_id] = (f"{item.source.session}/{item.source.document}", item.text, codes)
    for item in issues.unplaced:
        place = f"{item.source.session}/{item.source.document}"
        expected[item.question_id] = (place, item.text, {labels[item.category]})
    return expected
