"""Where marks and labels of the report's charts go."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.views import charts

CANVAS = charts.Canvas(width=900, height=640, font_size=13.5, label_width=21, max_radius=24)


def label_box(mark):
    """The room that a label is given, in a wide font."""
    width = max(len(line.text) for line in mark.lines) * charts.CHARACTER_WIDTH * CANVAS.font_size
    left = mark.lines[0].x - {"start": 0, "middle": width / 2, "end": width}[mark.anchor]
    return left, mark.lines[0].y - CANVAS.font_size * 0.95, left + width, mark.lines[-1].y + CANVAS.font_size * 0.25


def overlap(a, b):
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def lay_out(places, sizes):
    labels = [(f"{i} een vraagstuk met een naam", str(i)) for i in range(len(sizes))]
    return charts.theme_map(np.array(places, dtype=float).reshape(-1, 2), sizes, labels, CANVAS)


places_and_sizes = st.integers(1, 40).flatmap(
    lambda n: st.tuples(
        st.lists(st.tuples(st.floats(-1, 1), st.floats(-1, 1)), min_size=n, max_size=n),
        st.lists(st.integers(1, 60), min_size=n, max_size=n),
    )
)


@given(places_and_sizes)
@settings(deadline=None, max_examples=40)
def test_no_mark_or_label_covers_another_and_all_stay_on_the_canvas(drawn):
    marks = lay_out(*drawn)
    for one, other in itertools.combinations(marks, 2):
        assert math.dist((one.x, one.y), (other.x, other.y)) > one.radius + other.radius - 0.5
    boxes = [label_box(mark) for mark in marks if mark.lines]
    for one, other in itertools.combinations(boxes, 2):
        assert not overlap(one, other)
    for box in boxes:
        assert min(box) >= 0
        assert box[2] <= CANVAS.width
        assert box[3] <= CANVAS.height
        for mark in marks:
            near = min(max(mark.x, box[0]), box[2]), min(max(mark.y, box[1]), box[3])
            assert math.dist(near, (mark.x, mark.y)) > mark.radius - 0.5


def test_marks_on_one_spot_part():
    marks = lay_out([(0, 0)] * 12, [5] * 12)
    distances = [math.dist((a.x, a.y), (b.x, b.y)) for a, b in itertools.combinations(marks, 2)]
    assert min(distances) > 2 * marks[0].radius


def test_like_stays_by_like():
    places = [(-0.9, 0), (-0.88, 0.02), (0.9, 0), (0.88, -0.02)]
    left, also_left, right, also_right = lay_out(places, [3] * 4)
    assert max(left.x, also_left.x) < min(right.x, also_right.x)


def test_area_follows_voices():
    large, small = lay_out([(0, 0), (1, 1)], [16, 4])
    assert large.radius == pytest.approx(2 * small.radius)


def test_a_lone_theme_and_none_at_all_have_a_map():
    (mark,) = lay_out([(0.3, 0.3)], [1])
    assert mark.lines
    assert lay_out([], []) == ()


def test_columns_are_as_high_as_their_value():
    bars = charts.columns([0.0, 0.1, 0.2], step=40, width=20, height=50)
    assert [bar.height for bar in bars] == [0, 25, 50]
    assert [bar.y + bar.height for bar in bars] == [50, 50, 50]
    assert [bar.x for bar in bars] == [10, 50, 90]
    assert [bar.height for bar in charts.columns([0.0, 0.0], step=40, width=20, height=50)] == [0, 0]
