"""What is worked on in parts, to bound memory, comes out as if it were done in one go."""

import gc
import weakref

import numpy as np
import pandas as pd
import pytest

from pipeline import categories, config, models, tables
from pipeline.stages.ingest import RawFile, ingest
from pipeline.tables import ISSUES, RAW_SEGMENTS, SEGMENTS, rows
from pipeline.themes import folding
from pipeline.workspace import Workspace
from tests.make import make_segments

TEXTS = [f"Wie betaalt de subsidie voor regio {place}, en wie beslist daarover?" for place in range(7)]


@pytest.mark.parametrize("n_rows", [0, 1, 2, 5])
def test_all_rows_of_a_frame_come_in_their_order(monkeypatch, n_rows):
    monkeypatch.setattr(tables, "ROWS_AT_A_TIME", 2)
    frame = make_segments(*TEXTS[:n_rows])
    assert [row.text for row in rows(frame)] == list(frame["text"])


def test_means_of_groups(monkeypatch):
    random = np.random.default_rng(5)
    vectors = random.standard_normal((40, 6)).astype(np.float32)
    groups = random.permutation(np.concatenate([np.arange(11), random.integers(0, 11, 29)]))
    weights = random.random(40)
    whole = folding.mean_vectors(vectors, groups, weights)
    monkeypatch.setattr(folding, "GROUPS_AT_A_TIME", 3)
    assert np.array_equal(folding.mean_vectors(vectors, groups, weights), whole)
    sums = np.array([(weights[groups == group, None] * vectors[groups == group]).sum(axis=0) for group in range(11)])
    assert np.allclose(whole, sums / np.linalg.norm(sums, axis=1, keepdims=True), atol=1e-6)
    assert folding.mean_vectors(vectors[:0], groups[:0]).shape == (0, 6)


def test_evidence_for_categories(monkeypatch):
    taxonomy = config.load_taxonomy(config.CONFIGS / "taxonomy.yaml")
    codebook = categories.Codebook(taxonomy, models.load_vectors(config.load().vectors))
    lemmas = [["subsidie", "betalen"]] * len(TEXTS)
    whole = codebook.evidence(TEXTS, lemmas)
    monkeypatch.setattr(categories, "CHUNK", 3)
    parts = codebook.evidence(TEXTS, lemmas)
    for name in ("wording", "terms", "precedence", "rules", "fired"):
        assert np.allclose(getattr(parts, name), getattr(whole, name), atol=1e-6), name
    assert (parts.found != whole.found).nnz == 0
    assert codebook.evidence([]).wording.shape == (0, len(codebook.ids))


def test_one_raw_file_at_a_time_is_in_memory():
    opened = []

    def read(file):
        gc.collect()
        assert sum(earlier() is not None for earlier in opened) <= 1  # the last one, in the hands of the loop
        filled = RawFile(file.session, file.file, f"- Hoe gaat {file.file} verder?\n".encode())
        opened.append(weakref.ref(filled))
        return filled

    files = [RawFile("een-sessie", f"{place}.md") for place in range(5)]
    _, documents, segments, _ = ingest(files, config.load().ingest, read=read)
    assert list(documents["status"]) == ["read"] * 5
    assert len(segments) == len(opened) == 5


def test_tables_that_no_stage_to_come_reads_are_let_go(tmp_path):
    work = Workspace(tmp_path)
    work.keep(RAW_SEGMENTS, RAW_SEGMENTS.frame(), made_by="ingest")
    work.keep(SEGMENTS, make_segments(*TEXTS), made_by="mask")
    kept = weakref.ref(work.table(RAW_SEGMENTS))
    work.hold_only({SEGMENTS, ISSUES})
    gc.collect()
    assert kept() is None
    pd.testing.assert_frame_equal(work.table(SEGMENTS), make_segments(*TEXTS))
