"""Cut segments into sentences, with lemmas, parts of speech and parse from the language model."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from pipeline.config import TokeniseSettings
from pipeline.tables import SENTENCES
from pipeline.text.reading import CLOSERS

ENDS = ".?!:;…"
UNUSED_COMPONENTS = ("ner", "textcat")  # of larger models; no stage reads what they add


def tokenise(
    segments: pd.DataFrame,
    settings: TokeniseSettings,
    *,
    nlp: Any,  # noqa: ANN401  # spaCy has no stubs
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Find the sentences of each Dutch segment; others are left out.

    Args:
        segments: table SEGMENTS; memory grows with it, so hand it over in parts of some thousand.
        settings: `batch_size` in segments.
        nlp: a spaCy pipeline for Dutch with sentence boundaries, lemmas, parts of speech and parse.

    Returns:
        Table SENTENCES, spans trimmed of white space, a sentence of white space left out; and per segment_id
        its spaCy Doc, whose text is that of the segment.
    """
    dutch = segments[segments["is_dutch"]]
    pairs = zip(dutch["text"], dutch["segment_id"], strict=True)
    unused = [name for name in UNUSED_COMPONENTS if name in nlp.pipe_names]
    docs = {
        segment_id: doc
        for doc, segment_id in nlp.pipe(pairs, as_tuples=True, batch_size=settings.batch_size, disable=unused)
    }
    rows = [row for segment_id, doc in docs.items() for row in _sentence_rows(segment_id, doc)]
    return SENTENCES.frame(rows), docs


def _sentence_rows(segment_id: str, doc: Any) -> Iterator[dict[str, object]]:  # noqa: ANN401
    for sentence in _joined([[token for token in sentence if not token.is_space] for sentence in doc.sents]):
        end = sentence[-1].idx + len(sentence[-1])
        yield {"segment_id": segment_id, "start": sentence[0].idx, "end": end, "n_tokens": len(sentence)}


def _joined(sentences: list[list[Any]]) -> list[list[Any]]:
    """Join what was cut without a full stop, colon or line end, in a text whose writer does use full stops."""
    sentences = [sentence for sentence in sentences if sentence]
    if not sentences or not _ends(sentences[-1][-1]):
        return sentences
    joined = sentences[:1]
    for sentence in sentences[1:]:
        last = joined[-1][-1]
        if _ends(last) or "\n" in last.doc.text[last.idx : sentence[0].idx]:
            joined.append(sentence)
        else:
            joined[-1] = joined[-1] + sentence
    return joined


def _ends(token: Any) -> bool:  # noqa: ANN401
    while token.i > 0 and token.text in CLOSERS:
        token = token.nbor(-1)
    return token.text[-1] in ENDS
