"""Valid frames with what matters overridden."""

from pipeline.tables import QUESTIONS, SEGMENTS

SEGMENT = {
    "session_id": "2024-03-01-test",
    "document_id": "D-00000001",
    "kind": "paragraph",
    "heading": [],
    "is_dutch": True,
    "n_repairs": 0,
}


def make_segments(*texts, **overrides):
    """One segment a text; overrides are a value for all or a list with a value each."""
    rows = []
    for place, text in enumerate(texts):
        row = SEGMENT | {"segment_id": f"S-{place:016x}", "position": place, "text": text}
        row |= {key: value[place] if isinstance(value, list) else value for key, value in overrides.items()}
        rows.append(row)
    return SEGMENTS.frame(rows)


def make_questions(*texts, **overrides):
    """One question a text, each the whole of a segment of its own."""
    rows = []
    for place, text in enumerate(texts):
        row = {
            "question_id": f"Q-{place:016x}",
            "segment_id": f"S-{place:016x}",
            "document_id": "D-00000001",
            "session_id": "2024-03-01-test",
            "start": 0,
            "end": len(text),
            "text": text,
            "form": "direct",
            "cue": "question_mark",
            "score": 0.9,
            "lemmas": [word.strip("?.,").lower() for word in text.split() if len(word) > 4],
            "chunks": [],
        }
        row |= {key: value[place] if isinstance(value, list) else value for key, value in overrides.items()}
        rows.append(row)
    return QUESTIONS.frame(rows)
