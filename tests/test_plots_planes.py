"""Curves and planes: what is drawn where, what is refused, and that a slider keeps the frame."""

from __future__ import annotations

import doctest
import json

import numpy as np
import plotly.graph_objects as go
import pytest

import lib.plots.planes as module
from lib.plots import PALETTE, curves, plane, stepper

ALT = "A curve rises from left to right."
GRID = np.arange(12.0).reshape(3, 4)


def picture(values=GRID, **more):
    return plane(values, [0, 1, 2, 3], [0, 1, 2], alt=ALT, **more)


def test_the_examples_in_the_docstrings():
    result = doctest.testmod(module)
    assert result.attempted > 0 and result.failed == 0


def test_each_curve_has_its_own_x_and_points_are_not_joined():
    fig = curves({"law": ([0, 1, 2], [0, 1, 4])}, {"data": ([5], [6])}, alt=ALT)
    law, data = fig.data
    assert list(law.x) == [0, 1, 2] and list(law.y) == [0, 1, 4] and law.mode == "lines"
    assert list(data.x) == [5] and list(data.y) == [6] and data.mode == "markers"
    assert fig.layout.showlegend
    assert fig.layout.meta["alt"] == ALT


def test_a_bundle_is_many_thin_curves_with_one_entry_in_the_legend():
    fig = curves({"nets": ([0, 1], [[0, 1], [2, 3], [4, 5]])}, alt=ALT)
    assert [list(trace.y) for trace in fig.data] == [[0, 1], [2, 3], [4, 5]]
    assert [trace.showlegend for trace in fig.data] == [True, False, False]
    assert {trace.line.width for trace in fig.data} == {1}


def test_concepts_are_the_palette_s():
    fig = curves({"a": ([0], [0]), "b": ([0], [0])}, alt=ALT, concepts={"b": "exact"})
    assert [trace.line.color for trace in fig.data] == [PALETTE["text"], PALETTE["exact"]]


def test_log_axes_take_their_range_in_plain_numbers():
    fig = curves({"a": ([1, 10], [1, 10])}, alt=ALT, log_y=True, log_x=True, y_range=(0.1, 1000))
    assert fig.layout.yaxis.type == fig.layout.xaxis.type == "log"
    assert list(fig.layout.yaxis.range) == pytest.approx([-1, 3])


def test_a_plane_shows_its_values_where_they_are():
    fig = picture()
    heat = fig.data[0]
    assert (
        np.array_equal(heat.z, GRID) and list(heat.x) == [0, 1, 2, 3] and list(heat.y) == [0, 1, 2]
    )
    assert list(fig.layout.xaxis.range) == [-0.5, 3.5]
    assert list(fig.layout.yaxis.range) == [-0.5, 2.5]
    assert fig.layout.coloraxis.colorscale != fig.layout.meta["dark"]["coloraxis.colorscale"]


def test_marks_lie_above_the_colors_points_last():
    fig = picture(points={"p": ([1], [1])}, paths={"way": ([0, 3], [0, 2])}, labels={"p": ["here"]})
    assert [(t.type, t.name) for t in fig.data] == [
        ("heatmap", None),
        ("scatter", "way"),
        ("scatter", "p"),
    ]
    assert fig.data[2].text == ("here",) and "text" in fig.data[2].mode


def test_a_map_has_contours_and_a_square_is_square():
    assert picture(contours=True).data[0].type == "contour"
    square = plane(np.zeros((3, 3)), [0, 1, 2], [0, 1, 2], alt=ALT)
    assert square.layout.yaxis.scaleanchor == "x"
    assert picture().layout.yaxis.scaleanchor is None


def test_a_slider_keeps_the_plane_s_frame_and_spans_all_its_values():
    frames = {str(i): picture(GRID * i, points={"p": ([1], [1])}) for i in (1, 2)}
    fig = stepper(frames, label="i", alt=ALT)
    assert list(fig.layout.xaxis.range) == [-0.5, 3.5]
    assert (fig.layout.coloraxis.cmin, fig.layout.coloraxis.cmax) == (0, 22)


def test_a_slider_spans_contours_too():
    frames = {str(i): picture(GRID * i, contours=True) for i in (1, 3)}
    assert stepper(frames, label="i", alt=ALT).layout.coloraxis.cmax == 33


def test_figures_survive_the_way_to_the_page():
    fig = picture(points={"p": ([1], [1])}, ticks=[1, 2], center=5.0)
    assert go.Figure(json.loads(fig.to_json())).layout.coloraxis.cmid == 5.0


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda: curves({}, alt=ALT), "names that differ"),
        (lambda: curves({"a": ([0], [0])}, {"a": ([0], [0])}, alt=ALT), "names that differ"),
        (lambda: curves({"a": ([0, 1], [0])}, alt=ALT), "'a' has x of shape (2,)"),
        (lambda: curves({"a": ([0], [0])}, alt=ALT, concepts={"a": "red"}), "'red'"),
        (lambda: picture(np.zeros((4, 3))), "must be (3, 4)"),
        (lambda: picture(labels={"q": ["x"]}), "names that differ"),
        (lambda: picture(points={"p": ([1], [1])}, concepts={"p": "blue"}), "'blue'"),
    ],
)
def test_bad_input_is_named(wrong, says):
    with pytest.raises(ValueError) as caught:
        wrong()
    assert says in str(caught.value)
