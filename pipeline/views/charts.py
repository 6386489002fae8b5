"""Geometry of the report's charts: where marks and labels go, in the units of their SVG; no drawing."""

import math
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Box = tuple[float, float, float, float]  # left, top, right, bottom

CHARACTER_WIDTH = 0.56  # of the font size; the mean of a wide sans serif, so that labels fit in a narrower one too
LINE_HEIGHT = 1.2  # of the font size
EXTENT = 1.25  # how far the tip of a mark reaches, in radii: a triangle reaches further than a circle of its area
GAP = 4.0  # between marks, and between a mark and its label
LABEL_GAP = 2.0  # between a label and anything else
SPREAD = 0.6  # how far places give way to even spacing: 0 as measured, 1 evenly spaced
N_ROUNDS = 300  # of pushing marks apart; few hundred marks lie apart well before
N_DIRECTIONS = 16  # in which a label is tried
DISTANCES = (0.0, 10.0, 22.0, 38.0, 56.0)  # from the mark at which a label is tried, nearest first
LEADER_FROM = 10.0  # distance from which a line ties the label to its mark
LEADER_POINTS = 12  # of a leader at which it must run free, and stay so


@dataclass(frozen=True)
class Canvas:
    """The drawing area of a map.

    Args:
        width, height: in units of the SVG.
        font_size: of the labels.
        label_width: characters in a line of a label.
        max_radius: of the mark with most voices.
    """

    width: int
    height: int
    font_size: float
    label_width: int
    max_radius: float


@dataclass(frozen=True)
class Line:
    """One line of a label: where its baseline starts, and its text."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Mark:
    """A mark on the map and its label; without room for a label its lines are empty."""

    x: float
    y: float
    radius: float
    anchor: str
    lines: tuple[Line, ...]
    leader: tuple[float, float, float, float] | None


@dataclass(frozen=True)
class Bar:
    """A column of a small chart: its rectangle, in units of the SVG."""

    x: float
    y: float
    width: float
    height: float


def columns(values: Sequence[float], *, step: float, width: float, height: float) -> tuple[Bar, ...]:
    """Columns side by side, the highest value as high as the chart; a value of 0 has no height.

    Args:
        values: in order, none below 0.
        step: from one column to the next.
        width: of a column.
        height: of the chart.
    """
    top = max(values, default=0) or 1
    return tuple(
        Bar(
            x=round(i * step + (step - width) / 2, 1),
            y=round(height - height * value / top, 1),
            width=round(width, 1),
            height=round(height * value / top, 1),
        )
        for i, value in enumerate(values)
    )


def theme_map(
    places: FloatArray, sizes: Sequence[float], labels: Sequence[tuple[str, ...]], canvas: Canvas
) -> tuple[Mark, ...]:
    """Lay out marks so that like stays by like, no two cover each other, and no label covers anything.

    Args:
        places: shape (n, 2), each in [-1, 1], y upwards.
        sizes: what a mark's area is proportional to; shape (n,).
        labels: per mark its label and what may stand for it where room is short; earlier marks choose first, and
            a mark for which nothing fits goes without.
        canvas: the drawing area.
    """
    if not labels:
        return ()
    radii = canvas.max_radius * np.sqrt(np.asarray(sizes, dtype=float) / max(sizes))
    radii = np.maximum(radii, canvas.max_radius / 4)
    centres = _apart(_scaled(places, canvas), radii * EXTENT, canvas)
    taken: list[Box] = [
        (x - r * EXTENT, y - r * EXTENT, x + r * EXTENT, y + r * EXTENT)
        for (x, y), r in zip(centres.tolist(), radii.tolist(), strict=True)
    ]
    marks = []
    for i, ((x, y), radius, choices) in enumerate(zip(centres.tolist(), radii.tolist(), labels, strict=True)):
        mark = Mark(round(x, 1), round(y, 1), round(radius, 1), "middle", (), None)
        for label in choices:
            words = textwrap.wrap(label, canvas.label_width, break_long_words=False)
            found = _labelled(mark, words, taken[:i] + taken[i + 1 :], canvas)
            if found is not None:
                mark = found[0]
                taken += found[1]
                break
        marks.append(mark)
    return tuple(marks)


def _scaled(places: FloatArray, canvas: Canvas) -> FloatArray:
    """Places in units of the canvas, drawn towards even spacing so that a crowd becomes readable."""
    low, high = places.min(axis=0), places.max(axis=0)
    measured = (places - low) / np.where(high > low, high - low, 1)
    even = places.argsort(axis=0, kind="stable").argsort(axis=0) / max(len(places) - 1, 1)
    mixed = (1 - SPREAD) * measured + SPREAD * even
    margin = canvas.max_radius * EXTENT + 2
    x = margin + mixed[:, 0] * (canvas.width - 2 * margin)
    y = margin + (1 - mixed[:, 1]) * (canvas.height - 2 * margin)
    return np.column_stack([x, y])


def _apart(centres: FloatArray, radii: FloatArray, canvas: Canvas) -> FloatArray:
    """Push marks that cover each other apart, both as far, and keep them on the canvas."""
    wanted = radii[:, None] + radii[None, :] + GAP
    low = radii[:, None] + 2
    high = np.array([canvas.width, canvas.height]) - low
    turn = np.arange(len(radii)) * math.pi * (3 - math.sqrt(5))
    nudge = 0.01 * np.column_stack([np.cos(turn), np.sin(turn)])  # so that marks on one spot know where to go
    for _ in range(N_ROUNDS):
        nudged = centres + nudge
        apart = nudged[:, None, :] - nudged[None, :, :]
        distance = np.maximum(np.sqrt((apart**2).sum(axis=2)), 1e-6)
        overlap = np.maximum(wanted - distance, 0)
        np.fill_diagonal(overlap, 0)
        if not overlap.any():
            break
        centres = np.clip(centres + (apart / distance[:, :, None] * overlap[:, :, None] / 2).sum(axis=1), low, high)
    return centres


def _labelled(mark: Mark, words: list[str], taken: Sequence[Box], canvas: Canvas) -> tuple[Mark, list[Box]] | None:
    """The mark with its label where there is room, and the boxes that label and leader take."""
    for distance, angle in _tries():
        box, anchor, at = _label_box(mark, distance, angle, words, canvas)
        leader = _leader(mark, box) if distance >= LEADER_FROM else None
        points = _points(leader) if leader else []
        if _is_free(box, taken, canvas) and not any(_hit(point, other) for point in points for other in taken):
            top = box[1] + canvas.font_size * 0.95
            step = canvas.font_size * LINE_HEIGHT
            lines = tuple(Line(round(at, 1), round(top + i * step, 1), word) for i, word in enumerate(words))
            return replace(mark, anchor=anchor, lines=lines, leader=leader), [box, *points]
    return None


def _tries() -> Iterator[tuple[float, float]]:
    """Right first, then left, below, above and between; near before far."""
    order = sorted(
        (2 * math.pi * i / N_DIRECTIONS for i in range(N_DIRECTIONS)), key=lambda a: round(abs(math.sin(a)), 3)
    )
    return ((distance, angle) for distance in DISTANCES for angle in order)


def _label_box(mark: Mark, distance: float, angle: float, words: list[str], canvas: Canvas) -> tuple[Box, str, float]:
    """The box of a label at a distance and in a direction from the mark, with its text anchor and where that is."""
    reach = mark.radius * EXTENT + GAP + distance
    width = max(map(len, words)) * CHARACTER_WIDTH * canvas.font_size
    height = len(words) * LINE_HEIGHT * canvas.font_size
    dx, dy = math.cos(angle), math.sin(angle)
    at_x, at_y = mark.x + reach * dx, mark.y + reach * dy
    if abs(dx) < 0.3:
        left, anchor, at = at_x - width / 2, "middle", at_x
    elif dx > 0:
        left, anchor, at = at_x, "start", at_x
    else:
        left, anchor, at = at_x - width, "end", at_x
    top = at_y - height / 2 + dy * height / 2
    return (left, top, left + width, top + height), anchor, at


def _is_free(box: Box, taken: Sequence[Box], canvas: Canvas) -> bool:
    left, top, right, bottom = box
    if left < 2 or top < 2 or right > canvas.width - 2 or bottom > canvas.height - 2:
        return False
    return not any(_hit(box, other) for other in taken)


def _hit(box: Box, other: Box) -> bool:
    left, top, right, bottom = box
    return (
        right > other[0] - LABEL_GAP
        and left < other[2] + LABEL_GAP
        and bottom > other[1] - LABEL_GAP
        and top < other[3] + LABEL_GAP
    )


def _leader(mark: Mark, box: Box) -> tuple[float, float, float, float]:
    """A line from outside the tips of the mark to the nearest point of its label."""
    to_x, to_y = min(max(mark.x, box[0]), box[2]), min(max(mark.y, box[1]), box[3])
    away = math.hypot(to_x - mark.x, to_y - mark.y) or 1
    reach = mark.radius * EXTENT
    from_x, from_y = mark.x + (to_x - mark.x) / away * reach, mark.y + (to_y - mark.y) / away * reach
    return round(from_x, 1), round(from_y, 1), round(to_x, 1), round(to_y, 1)


def _points(leader: tuple[float, float, float, float]) -> list[Box]:
    """Points between the ends of a leader, as boxes without size."""
    x, y, to_x, to_y = leader
    parts = [i / (LEADER_POINTS + 1) for i in range(1, LEADER_POINTS + 1)]
    return [(x + (to_x - x) * p, y + (to_y - y) * p) * 2 for p in parts]
