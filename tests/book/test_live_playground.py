"""The playground in a browser: controls by keyboard, learning, and folds laid by dragging."""

from __future__ import annotations

import re

import pytest

from lib.widgets import Playground


def status(page) -> str:
    return page.locator(".cw-playground [role=status]").inner_text()


def steps(page) -> int:
    return int(re.search(r"(\d+) steps", status(page))[1])


def weight(page, label) -> float:
    slider = page.get_by_label(label, exact=True)
    return float(slider.get_attribute("aria-valuetext").replace("−", "-"))


def test_it_learns_step_by_step_until_all_is_right(show):
    page = show(Playground("line", hidden=0, rate=3.0)).page
    assert steps(page) == 0
    page.get_by_role("button", name="One step").press("Enter")
    assert steps(page) == 1
    for _ in range(10):
        page.get_by_role("button", name="100 steps").press("Enter")
    assert steps(page) == 1001
    assert "80 of 80 points" in status(page)


def test_play_learns_and_pauses(show):
    page = show(Playground("circle", hidden=4)).page
    page.get_by_role("button", name="Learn").click()
    page.wait_for_timeout(400)
    page.get_by_role("button", name="Pause").click()
    assert steps(page) > 0
    assert status(page).startswith("Paused.")


def test_a_neuron_is_chosen_and_its_weights_are_set_by_keyboard(show):
    page = show(Playground("xor", hidden=2, weights=[1, 1, 0, -1, -1, 0, 2, 2, -1])).page
    page.get_by_role("button", name="Neuron 2").press("Enter")
    assert page.get_by_text("Weights of neuron 2").is_visible()
    assert weight(page, "up (y)") == -1
    page.get_by_label("up (y)", exact=True).press("ArrowRight")
    assert weight(page, "up (y)") == -0.95
    page.get_by_role("button", name="Output").press("Enter")
    assert [weight(page, f"neuron {i}") for i in (1, 2)] == [2, 2]


def test_hidden_task_and_start_begin_anew(show):
    page = show(Playground("xor", hidden=2)).page
    page.get_by_role("button", name="100 steps").click()
    first = weight(page, "constant")
    page.get_by_label("Hidden neurons").press("ArrowRight")
    assert steps(page) == 0
    assert page.get_by_role("button", name="Neuron 3").is_visible()
    page.get_by_role("button", name="100 steps").click()
    page.get_by_label("Task").select_option("circle")
    assert steps(page) == 0
    page.get_by_role("button", name="New start").click()
    assert weight(page, "constant") != first


def test_zero_weights_stay_zero(show):
    page = show(Playground("circle", hidden=2)).page
    page.get_by_role("button", name="All zero").click()
    page.get_by_role("button", name="100 steps").click()
    assert [weight(page, label) for label in ("right (x)", "up (y)", "constant")] == [0, 0, 0]


@pytest.mark.parametrize("hidden", [0, 1])
def test_dragging_lays_the_fold(show, hidden):
    page = show(Playground("line", hidden=hidden)).page
    box = page.locator(".cw-playground canvas.cw-large").bounding_box()
    middle = box["x"] + box["width"] / 2
    page.mouse.move(middle, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(middle, box["y"] + box["height"] / 4)
    page.mouse.up()
    assert weight(page, "right (x)") == pytest.approx(0, abs=0.05)
    assert weight(page, "up (y)") == pytest.approx(2, abs=0.1)
    assert weight(page, "constant") == pytest.approx(0, abs=0.05)


def test_given_weights_are_kept(show):
    page = show(Playground("line", hidden=0, weights=[-1.2, 2.0, 0.2])).page
    assert [weight(page, label) for label in ("right (x)", "up (y)", "constant")] == [-1.2, 2, 0.2]


def test_the_map_has_the_colors_of_its_two_sides(show):
    page = show(Playground("line", hidden=0, weights=[9, 0, 0])).page
    sides = page.locator(".cw-large").evaluate(
        """map => [0.02, 0.98].map((share) => [...map.getContext("2d").getImageData(
             map.width * share, 1, 1, 1).data].slice(0, 3).join())"""
    )
    assert len(set(sides)) == 2 and "0,0,0" not in sides
