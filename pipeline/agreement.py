"""How far two people, or a person and the machine, agree on the categories of questions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.metrics import cohen_kappa_score

from pipeline.errors import InputError

N_BOOTSTRAP = 1000


@dataclass(frozen=True)
class Agreement:
    """How far two judges agree on the categories of the same questions.

    Args:
        n: questions that both judged.
        n_alone: questions that one of them judged, which are left out.
        share: of them, given the same category.
        kappa: Cohen's kappa.
        alpha: Krippendorff's alpha for nominal data.
        low: lower end of its 95 % bootstrap interval over questions.
        high: upper end.
        by_category: per category, share of the questions that either gave it to which both did.
        disagreements: question, first and second judgement.
    """

    n: int
    n_alone: int
    share: float
    kappa: float
    alpha: float
    low: float
    high: float
    by_category: dict[str, float]
    disagreements: list[tuple[str, str, str]]


def compare(one: Mapping[str, tuple[str, str]], other: Mapping[str, tuple[str, str]], *, seed: int) -> Agreement:
    """Compare two sets of judgements on the questions that both hold.

    Raises:
        InputError: there is no question that both judged.

    References:
        Cohen 1960, A coefficient of agreement for nominal scales. Krippendorff 2011, Computing Krippendorff's
        alpha-reliability.
    """
    shared = sorted(one.keys() & other.keys())
    if not shared:
        hint = "fill in > Categorie in both, also where you agree with the program."
        raise InputError("No question was judged in both.", hint=hint)
    first, second = ([judged[key][1] for key in shared] for judged in (one, other))
    names = sorted({*first, *second})
    a, b = (np.array([names.index(name) for name in judged]) for judged in (first, second))
    random = np.random.default_rng(seed)
    samples = random.integers(len(a), size=(N_BOOTSTRAP, len(a)))
    drawn = [krippendorff_alpha(a[sample], b[sample], len(names)) for sample in samples]
    return Agreement(
        n=len(shared),
        n_alone=len(one.keys() ^ other.keys()),
        share=float((a == b).mean()),
        kappa=1.0 if len(names) == 1 else float(cohen_kappa_score(a, b)),
        alpha=krippendorff_alpha(a, b, len(names)),
        low=float(np.quantile(drawn, 0.025)),
        high=float(np.quantile(drawn, 0.975)),
        by_category={
            name: float(((a == place) & (b == place)).sum() / ((a == place) | (b == place)).sum())
            for place, name in enumerate(names)
        },
        disagreements=[
            (one[key][0], mine, yours) for key, mine, yours in zip(shared, first, second, strict=True) if mine != yours
        ],
    )


def krippendorff_alpha(a: Any, b: Any, n_names: int) -> float:  # noqa: ANN401  # integer arrays
    """Krippendorff's alpha of two judges without gaps, nominal data; 1 if there is nothing to disagree on."""
    counts = np.bincount(np.concatenate([a, b]), minlength=n_names)
    n = counts.sum()
    expected = 1 - float((counts * (counts - 1)).sum() / (n * (n - 1)))
    return 1.0 if expected == 0 else 1 - float((a != b).mean()) / expected


def show(agreement: Agreement) -> str:
    """The comparison as text."""
    lines = [
        f"{agreement.n} questions judged by both, {agreement.share:.0%} alike",
        f"{agreement.n_alone} judged by one alone, left out",
        f"Cohen's kappa {agreement.kappa:.3f}",
        f"Krippendorff's alpha {agreement.alpha:.3f} ({agreement.low:.3f}-{agreement.high:.3f})",
        "",
        *(f"{name:<24}{share:.0%}" for name, share in agreement.by_category.items()),
        "",
        *(f"{mine} / {yours}: {text}" for text, mine, yours in agreement.disagreements),
    ]
    return "\n".join(lines).rstrip()
