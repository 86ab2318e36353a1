"""Figures: what they refuse, what they show, colors that everyone can tell apart."""

from __future__ import annotations

import itertools
import json

import numpy as np
import plotly.graph_objects as go
import pytest
import torch

from lib.plots import PALETTE, bars, check_alt, finish, lines, matrix, stepper, visible
from lib.plots.style import STROKES

ALT = "The bars show what was counted."
LIGHT, DARK = "#FFFFFF", "#14171C"


@pytest.mark.parametrize("alt", ["", "Four words no period", "Too short.", "  One two three  "])
def test_alt_must_be_a_sentence(alt):
    with pytest.raises(ValueError, match="alt="):
        check_alt(alt)


def test_alt_must_be_text():
    with pytest.raises(TypeError, match="alt"):
        finish(go.Figure(), alt=None)


def test_finish_keeps_what_meta_held():
    fig = finish(go.Figure(layout={"meta": {"source": "x"}}), alt=ALT, title="T")
    assert fig.layout.meta == {"source": "x", "alt": ALT}
    assert fig.layout.title.text == "T"


def test_bars_take_lists_arrays_and_tensors():
    for values in ([0.5, 0.5], np.array([0.5, 0.5]), torch.tensor([0.5, 0.5])):
        fig = bars(values, ["a", " "], alt=ALT)
        assert list(fig.data[0].y) == [0.5, 0.5]
        assert list(fig.data[0].x) == ["a", "␣"]
        assert fig.data[0].marker.color == PALETTE["text"]
        assert not fig.layout.showlegend


def test_bars_give_each_series_its_concept():
    fig = bars({"model": [1], "Brown corpus": [2], "uniform": [3]}, ["a"], alt=ALT,
               concepts={"uniform": "baseline"})  # fmt: skip
    assert [t.marker.color for t in fig.data] == [
        PALETTE["model"], PALETTE["text"], PALETTE["baseline"],
    ]  # fmt: skip
    assert fig.layout.showlegend


def test_more_series_than_accents_still_draw():
    assert len(bars({str(i): [i] for i in range(9)}, ["a"], alt=ALT).data) == 9


def test_highlighted_bars_differ():
    fig = bars([1, 2], ["a", "b"], alt=ALT, highlight=["b"])
    assert list(fig.data[0].marker.color) == [PALETTE["text"], PALETTE["highlight"]]


def test_horizontal_bars_read_from_the_top():
    fig = bars([1, 2], ["a", "b"], alt=ALT, horizontal=True, percent=True)
    assert list(fig.data[0].x) == [1, 2]
    assert fig.layout.yaxis.autorange == "reversed"
    assert fig.layout.xaxis.tickformat == ".0%"


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"series": [1, 2, 3], "labels": ["a"]}, "3 values, but labels has 1"),
        ({"series": {}, "labels": ["a"]}, "at least one series"),
        ({"series": [[1]], "labels": ["a"]}, "one row of numbers"),
        ({"series": [1], "labels": ["a"], "concepts": "mauve"}, "mauve"),
        ({"series": [1], "labels": ["a"], "concepts": {"b": "text"}}, "names are"),
        ({"series": [1], "labels": ["a"], "highlight": ["z"]}, "highlight"),
    ],
)
def test_bars_refuse(arguments, message):
    with pytest.raises(ValueError, match=message):
        bars(**arguments, alt=ALT)


def test_lines_draw_levels_and_gaps():
    fig = lines([1, 2, 3], {"model": [3, float("nan"), 1], "exact": 0.5}, alt=ALT, log_y=True)
    model, exact = fig.data
    assert np.isnan(model.y[1]) and model.mode == "lines+markers"
    assert list(exact.y) == [0.5] * 3 and exact.mode == "lines"
    assert exact.line.dash == STROKES["exact"][0] != model.line.dash
    assert fig.layout.yaxis.type == "log"


def test_log_axis_needs_something_to_show():
    with pytest.raises(ValueError, match="log_y"):
        lines([1, 2], [0, -1], alt=ALT, log_y=True)
    with pytest.raises(ValueError, match="log_x"):
        lines([0, -2], [1, 1], alt=ALT, log_x=True)


def test_matrix_puts_the_first_row_on_top():
    fig = matrix([[0, 1, 2], [3, 4, 5]], "qt", "u h", alt=ALT)
    assert np.asarray(fig.data[0].z).tolist() == [[0, 1, 2], [3, 4, 5]]
    assert list(fig.data[0].y) == ["q", "t"] and list(fig.data[0].x) == ["u", "␣", "h"]
    assert fig.layout.yaxis.autorange == "reversed"
    assert fig.layout.meta["dark"]["coloraxis.colorscale"] != fig.layout.coloraxis.colorscale


@pytest.mark.parametrize(
    "values, rows, columns, message",
    [([[1]], "ab", "c", r"\(2, 1\)"), ([], "", "", "empty"), ([[1, 2]], "a", "bb", "columns")],
)
def test_matrix_refuses(values, rows, columns, message):
    with pytest.raises(ValueError, match=message):
        matrix(values, rows, columns, alt=ALT)


def make_frames(count=3):
    return {
        str(i): bars([i, 10 * i], "ab", alt=f"At step {i}, b is {10 * i}.") for i in range(count)
    }


def test_stepper_keeps_axes_still_and_says_each_step():
    fig = stepper(make_frames(), label="step", alt=ALT, start="1", title="T")
    about = fig.layout.meta["stepper"]
    assert about["names"] == ["0", "1", "2"] and about["start"] == 1 and not about["play"]
    assert about["alts"][2] == "At step 2, b is 20."
    low, high = fig.layout.yaxis.range
    assert low == 0 and high >= 20
    assert list(fig.data[0].y) == [1, 10]
    assert [step.args[0][0] for step in fig.layout.sliders[0].steps] == ["0", "1", "2"]
    assert not fig.layout.updatemenus
    assert fig.layout.meta["alt"] == ALT


def test_each_step_has_its_title_below_the_whole_s():
    frames = {k: bars([1], "a", alt=ALT, title=f"at {k}") for k in "xy"}
    fig = stepper(frames, label="k", alt=ALT, title="Whole", start="y")
    assert fig.layout.meta["stepper"]["titles"] == ["at x", "at y"]
    assert fig.layout.title.text == "Whole<br>at y"
    assert [frame.layout.title.text for frame in fig.frames] == ["Whole<br>at x", "Whole<br>at y"]
    assert stepper(make_frames(), label="k", alt=ALT).layout.title.text is None


def test_stepper_of_matrices_has_one_color_scale():
    frames = {k: matrix([[0, k]], "a", "bc", alt=ALT, center=0) for k in (1, 5)}
    axis = stepper(frames, label="k", alt=ALT, play=True).layout
    assert (axis.coloraxis.cmin, axis.coloraxis.cmax) == (-5, 5)
    assert len(axis.updatemenus[0].buttons) == 2


def test_stepper_on_a_log_axis_sets_its_range_in_powers_of_ten():
    frames = {k: lines([1, 2], [1, 10**k], alt=ALT, log_y=True) for k in (1, 3)}
    low, high = stepper(frames, label="k", alt=ALT).layout.yaxis.range
    assert low < 0 and 3 < high < 3.5


def test_stepper_refuses():
    one, two = make_frames(2).values()
    with pytest.raises(ValueError, match="at least two"):
        stepper({"a": one}, label="x", alt=ALT)
    with pytest.raises(ValueError, match="other traces"):
        stepper({"a": one, "b": lines([1], [1], alt=ALT)}, label="x", alt=ALT)
    with pytest.raises(ValueError, match="start"):
        stepper({"a": one, "b": two}, label="x", alt=ALT, start="c")
    with pytest.raises(ValueError, match="no alt"):
        stepper({"a": go.Figure(go.Bar(y=[1])), "b": go.Figure(go.Bar(y=[2]))}, label="x", alt=ALT)


def test_figures_are_light():
    """A figure brings its own template only, not plotly's default of 7 KB."""
    assert len(bars([1], ["a"], alt=ALT).to_json()) < 2500


def test_visible_leaves_inner_spaces():
    assert visible("  a b ") == "␣␣a b␣"
    assert visible("") == ""


# Colors. Contrast: WCAG 2.2, 1.4.11. Color blindness: Machado, Oliveira and Fernandes (2009),
# severity 1. Distance: CIE 1976 in L*a*b*, where about 2 is just noticed.
BLINDNESS = {
    "none": np.eye(3),
    "protan": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
    "deutan": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    "tritan": [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]],
}


def linear(color):
    channels = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    light, dark = sorted((linear(c) @ [0.2126, 0.7152, 0.0722] for c in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def lab(rgb):
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    xyz = np.array(to_xyz) @ rgb / [0.9505, 1, 1.089]
    f = np.where(xyz > 0.008856, np.cbrt(np.clip(xyz, 0, None)), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("page", [LIGHT, DARK])
@pytest.mark.parametrize("concept", PALETTE)
def test_accents_stand_out(concept, page):
    assert contrast(PALETTE[concept], page) >= 3


@pytest.mark.parametrize("eye", BLINDNESS)
def test_accents_stay_apart(eye):
    seen = {k: lab(np.clip(BLINDNESS[eye] @ linear(c), 0, 1)) for k, c in PALETTE.items()}
    for one, other in itertools.combinations(seen, 2):
        assert np.linalg.norm(seen[one] - seen[other]) >= 20, (one, other)


def test_every_concept_has_a_stroke_of_its_own():
    assert set(STROKES) == set(PALETTE)
    assert len(set(STROKES.values())) == len(STROKES)


def test_figures_survive_json():
    fig = stepper(make_frames(), label="step", alt=ALT)
    assert json.loads(fig.to_json())["layout"]["meta"]["stepper"]["label"] == "step"
