"""Questions on planted subjects, and an encoder that knows words only by their hash."""

import hashlib
from functools import cache

import numpy as np

from tests.make import make_questions, make_segments

SUBJECTS = {
    "reiskosten": "reiskosten vergoeding kilometers declaratie trein auto".split(),
    "huisvesting": "kamers huur woning student campus eiland".split(),
    "begroting": "begroting subsidie middelen cofinanciering accountant tarief".split(),
    "toetsing": "toets beoordeling portfolio rubric cijfer examen".split(),
    "starters": "starters begeleiding mentor inductie coach lesgeven".split(),
    "bestuur": "bestuur besluit zeggenschap stuurgroep mandaat stemrecht".split(),
    "privacy": "privacy gegevens toestemming avg dossier inzage".split(),
    "onderzoek": "onderzoek lectoraat publicatie data interview enquete".split(),
}
FRAME = "Hoe kunnen we als partnerschap in de regio zorgen voor"


class WordEncoder:
    """Adds up a fixed random vector a word: texts are as close as they share words."""

    name = "words"

    def encode(self, texts):
        vectors = np.array([self._sum(text) for text in texts], dtype=np.float32).reshape(len(texts), 64)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)

    def _sum(self, text):
        words = [word.strip("?.,!") for word in text.lower().split()]
        return sum((_word_vector(word) for word in words if word), np.zeros(64))


@cache
def _word_vector(word):
    seed = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest())
    return np.random.default_rng(seed).standard_normal(64)


def planted(subjects, each, *, session="2024-03-01-test", seed=0):
    """Segments, questions and the planted subject of each question.

    Every question is the frame that all share and three words of its subject, so no two subjects share a word.
    """
    random = np.random.default_rng(seed)
    texts, lemmas, chunks, answers = [], [], [], []
    for subject in subjects:
        for _ in range(each):
            words = list(random.choice(SUBJECTS[subject], 3, replace=False))
            texts.append(f"{FRAME} {words[0]} bij {words[1]} en {words[2]}?")
            lemmas.append(["partnerschap", "regio", "zorgen", *words])
            chunks.append(["partnerschap", "regio", *words])
            answers.append(subject)
    ids = [f"{int.from_bytes(f'{session}{seed}{place}'.encode()) % (1 << 64):016x}" for place in range(len(texts))]
    questions = make_questions(
        *texts,
        lemmas=lemmas,
        chunks=chunks,
        session_id=session,
        question_id=[f"Q-{name}" for name in ids],
        segment_id=[f"S-{name}" for name in ids],
    )
    segments = make_segments(*texts, session_id=session, segment_id=[f"S-{name}" for name in ids], kind="answer")
    return segments, questions, {f"Q-{name}": answer for name, answer in zip(ids, answers, strict=True)}
