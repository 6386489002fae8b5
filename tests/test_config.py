import pytest

from pipeline import config
from pipeline.errors import ConfigError


def _write(tmp_path, text, name="mine.yaml"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_single_keys_are_laid_over_the_defaults(tmp_path):
    settings = config.load(_write(tmp_path, "rank:\n  weights:\n    reach: 0.9\n"))
    assert settings.rank.weights.reach == 0.9
    assert settings.rank.weights.votes == config.load().rank.weights.votes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cluster:\n  min_question: 3\n", ["line 2", "unknown key 'cluster.min_question'", "min_questions"]),
        ("seed: -1\nrank:\n  weights: {reach: 2}\n", ["line 1", "'seed' is -1", "line 3", "rank.weights.reach"]),
        ("seed: [1\n", ["line 2"]),
        ("- 1\n", ["no mapping"]),
        ("seed: 1\nseed: 2\n", ["line 2", "doubled"]),
    ],
)
def test_every_fault_has_its_file_line_and_key(tmp_path, text, expected):
    path = _write(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        config.load(path)
    for part in ["mine.yaml", *expected]:
        assert part in str(caught.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"geen\.yaml"):
        config.load(tmp_path / "geen.yaml")


def test_a_doubled_category_is_named_with_its_line(tmp_path):
    entry = "  - {id: finance, label: Geld, definition: Over geld.}\n"
    path = _write(tmp_path, "version: '1'\nlanguage: nl\ncategories:\n" + entry + entry)
    with pytest.raises(ConfigError, match="line 5: category id 'finance' is doubled"):
        config.load_taxonomy(path)


def test_the_committed_configuration_loads():
    settings = config.load()
    ids = [c.id for c in config.load_taxonomy(config.resource_path(settings.taxonomy, None)).categories]
    assert ids == ["positioning", "governance", "finance", "quality", "multi-region"]
    config.load_cues(config.resource_path(settings.cues, None))
