"""A session on a subject that the codebook does not know, from its notes to the report."""

import json

from pipeline.run import Request, run

INSIDE = """\
# Subsidie

- Hoe lang loopt de subsidie voor ons partnerschap nog door?
- Wie betaalt de uren van de programmaleider na 2026?
- Is er volgend jaar nog budget voor de schoolopleiders?
"""
OUTSIDE = """\
# Zwembad

- Waarom is het water van het zwembad zo koud?
- Wanneer gaat het zwembad na de verbouwing weer open?
- Wie maakt de kleedkamers van het zwembad schoon?
- Mag je met de hele familie in het zwembad?
- Hoe diep is het water in het zwembad bij de duikplank?
- Komt er dit jaar weer zwemles in het zwembad?
"""


def test_its_themes_are_shown_as_emerging(tmp_path):
    for name, notes in (("2024-01-11-binnen", INSIDE), ("2024-02-15-buiten", OUTSIDE)):
        folder = tmp_path / "raw" / name
        folder.mkdir(parents=True)
        (folder / "notities.md").write_text(notes, encoding="utf-8")
    run(Request(tmp_path / "raw", tmp_path / "out"), say=lambda _: None, progress=lambda *_: None)
    document = json.loads((tmp_path / "out" / "issues.json").read_text(encoding="utf-8"))
    emerging = {theme for entry in document["emerging"] for theme in entry["issue_ids"]}
    asked = {
        question["text"]: issue["id"] in emerging for issue in document["issues"] for question in issue["evidence"]
    }
    assert [text for text, is_emerging in asked.items() if is_emerging and "zwembad" not in text] == []
    assert sum(is_emerging for is_emerging in asked.values()) >= 4
    report = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert all(
        "passen in geen categorie" in entry["why"] and entry["label"] in report for entry in document["emerging"]
    )
