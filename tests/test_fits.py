"""`lib.fits` against the normal equations, numpy's polynomials and scipy."""

from __future__ import annotations

import doctest

import numpy as np
import pytest
from scipy import stats

from lib import fits
from lib.fits import Fit, fit, held_out_error, powers

RNG = np.random.default_rng(0)
X = np.linspace(0.5, 8, 24)
Y = np.sqrt(X) + RNG.normal(0, 0.05, X.size)


def test_the_examples_in_the_docstrings():
    result = doctest.testmod(fits)
    assert result.attempted > 0 and result.failed == 0


@pytest.mark.parametrize(
    "terms", [("1",), ("x",), ("1", "1/x", "sin(x)"), ("sqrt(x)", "log(x)", "cos(x)", "x^3")]
)
def test_the_normal_equations_hold(terms):
    """Residuals of the best fit are at right angles to every term."""
    best = fit(X, Y, terms)
    table = np.stack([fits._function(term)(X) for term in terms], axis=1)
    np.testing.assert_allclose(table.T @ best.residuals(X, Y), 0, atol=1e-9)
    solved = np.linalg.solve(table.T @ table, table.T @ Y)
    np.testing.assert_allclose(best.coefficients, solved, rtol=1e-6)


@pytest.mark.parametrize("degree", range(8))
def test_polynomials_are_numpy_s(degree):
    theirs = np.polynomial.Polynomial.fit(X, Y, degree)
    np.testing.assert_allclose(fit(X, Y, powers(degree))(X), theirs(X), rtol=1e-6)


def test_a_line_is_scipy_s_regression():
    theirs = stats.linregress(X, Y)
    assert fit(X, Y, ["1", "x"]).coefficients == pytest.approx([theirs.intercept, theirs.slope])


def test_what_the_terms_can_say_is_found_exactly():
    y = 2 - 3 * X + 0.5 * np.sin(X)
    best = fit(X, y, ["1", "x", "sin(x)"])
    np.testing.assert_allclose(best.coefficients, [2, -3, 0.5], atol=1e-10)
    assert best.error(X, y) < 1e-10


def test_functions_of_one_s_own():
    best = fit(X, Y, {"half": lambda x: 0.5 * np.sqrt(x)})
    assert best.coefficients == pytest.approx(2 * fit(X, Y, ["sqrt(x)"]).coefficients)


def test_a_fit_takes_any_shape():
    best = fit(X, Y, ["1", "x"])
    grid = X.reshape(4, 6)
    assert best(grid).shape == (4, 6)
    np.testing.assert_allclose(best(grid).ravel(), best(X))
    assert best(2.0) == pytest.approx(best([2.0])[0])


def test_held_out_error_is_each_group_predicted_by_the_others():
    groups = np.repeat(np.arange(8), 3)
    squares = []
    for group in range(8):
        out = groups == group
        slope, intercept = np.polyfit(X[~out], Y[~out], 1)
        squares += list((Y[out] - intercept - slope * X[out]) ** 2)
    found = held_out_error(X, Y, ["1", "x"], groups)
    assert found == pytest.approx(np.sqrt(np.mean(squares)))


def test_leaving_out_one_agrees_with_the_hat_matrix():
    """For least squares the error without point i is its residual / (1 - h_ii)."""
    table = np.stack([np.ones_like(X), X, X**2], axis=1)
    hat = table @ np.linalg.solve(table.T @ table, table.T)
    without = fit(X, Y, powers(2)).residuals(X, Y) / (1 - np.diag(hat))
    found = held_out_error(X, Y, powers(2), groups=np.arange(X.size))
    assert found == pytest.approx(np.sqrt(np.mean(without**2)))


def test_more_terms_never_fit_worse_and_may_predict_worse():
    points = np.linspace(0.5, 8, 10)
    y = np.sqrt(points) + np.random.default_rng(1).normal(0, 0.05, 10)
    fitted = [fit(points, y, powers(d)).error(points, y) for d in range(9)]
    assert all(more <= less + 1e-9 for less, more in zip(fitted, fitted[1:], strict=False))
    held = [held_out_error(points, y, powers(d), np.arange(10)) for d in range(9)]
    assert held[-1] > 3 * min(held)


@pytest.mark.parametrize(
    ("coefficients", "text"),
    [([1, 2], "1 + 2 x"), ([-1, -0.5], "-1 - 0.5 x"), ([0.123456, 1e-7], "0.123 + 1e-07 x")],
)
def test_formula(coefficients, text):
    functions = tuple(map(fits._function, ("1", "x")))
    assert Fit(("1", "x"), np.array(coefficients, float), functions).formula() == text


def test_formula_keeps_numbers_apart():
    fitted = fit(np.array([1.0, 2, 4]), np.array([3.0, 2, 1.5]), ["1", "1/x"])
    assert fitted.formula() == "1 + 2 · 1/x"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda: fit([1, 2], [1, 2, 3], ["1"]), "shapes (2,) and (3,)"),
        (lambda: fit([], [], ["1"]), "equally many"),
        (lambda: fit([1, np.nan], [1, 2], ["1"]), "x must be finite"),
        (lambda: fit([1, 2], [1, np.inf], ["1"]), "y must be finite"),
        (lambda: fit([1, 2], [1, 2], powers(2)), "3 terms need at least as many"),
        (lambda: fit([1, 2], [1, 2], ["tan(x)"]), "'tan(x)' must be one of"),
        (lambda: fit([1, 2], [1, 2], ["x", "x"]), "differ"),
        (lambda: fit([1, 2], [1, 2], "x"), "list of one or more"),
        (lambda: fit([1, 2], [1, 2], []), "list of one or more"),
        (lambda: fit([0, 1], [1, 2], ["1/x"]), "'1/x' is not a finite number at x = 0"),
        (lambda: fit([0, 0], [1, 2], ["x"]), "'x' is 0"),
        (lambda: fit([2, 2, 2], [1, 2, 3], ["1", "x"]), "say the same thing"),
        (lambda: powers(-1), "degree=-1"),
        (lambda: held_out_error(X, Y, ["1"], [1, 2]), "groups has shape (2,)"),
        (lambda: held_out_error(X, Y, ["1"], np.zeros(X.size)), "two labels"),
        (lambda: fit(X, Y, ["log(x)"])(-1.0), "'log(x)' is not a finite number at x = -1"),
    ],
)
def test_bad_input_is_named(wrong, says):
    with pytest.raises(ValueError) as caught:
        wrong()
    assert says in str(caught.value)
