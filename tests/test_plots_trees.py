"""Parse trees: what is drawn where, what is refused, and that trees can be stepped through."""

from __future__ import annotations

import doctest

import numpy as np
import pytest

import lib.plots.trees as module
from lib.parens import parse_tree
from lib.plots import stepper, tree

ALT = "A tree over a string of parentheses."


def drawn(text: str):
    found = parse_tree(text)
    return tree(text, found.spans, found.parents, alt=ALT)


def test_the_examples_in_the_docstrings():
    result = doctest.testmod(module)
    assert result.attempted > 0 and result.failed == 0


def test_every_node_hangs_below_its_parent_and_over_its_own_parentheses():
    _, branches, nodes, letters = drawn("(()(()))()").data
    assert list(nodes.x) == [4.5, 3.5, 1.5, 4.5, 4.5, 8.5]
    assert list(nodes.y) == [0, -1, -2, -2, -3, -1]
    ends = np.array([branches.x, branches.y]).T.reshape(-1, 3, 2)[:, :2]
    wanted = [(0, 1), (1, 2), (1, 3), (3, 4), (0, 5)]
    points = np.array([nodes.x, nodes.y]).T
    np.testing.assert_array_equal(ends, points[np.array(wanted)])
    assert "".join(letters.text) == "(()(()))()" and max(letters.y) < min(nodes.y)


def test_lines_lead_down_to_both_parentheses():
    down = drawn("(())").data[0]
    feet = np.array([down.x, down.y]).T.reshape(-1, 3, 2)[:, 1]
    assert sorted(feet[:, 0]) == [0, 1, 2, 3]


def test_trees_of_different_size_can_be_stepped_through():
    fig = stepper({t: drawn(t) for t in ("()", "(()())")}, label="string", alt=ALT)
    assert len(fig.frames) == 2


@pytest.mark.parametrize("parents", [[-1], [-1, 1], [0, 0], [-1, -2]])
def test_a_parent_must_come_first(parents):
    with pytest.raises(ValueError, match="parents="):
        tree("(())", [(0, 3), (1, 2)], parents, alt=ALT)
