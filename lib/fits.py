"""Least squares: fit a sum of named functions to points, and judge it on points held out.

Serves the chapter "What is a model?". Knows arrays.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

Function = Callable[[np.ndarray], np.ndarray]
Terms = Sequence[str] | Mapping[str, Function]

FUNCTIONS: dict[str, Function] = {
    "1": np.ones_like,
    "x": np.positive,
    "1/x": lambda x: 1 / x,
    "sqrt(x)": np.sqrt,
    "sin(x)": np.sin,
    "cos(x)": np.cos,
    "exp(x)": np.exp,
    "log(x)": np.log,
}
POWER = re.compile(r"x\^(\d{1,2})")


@dataclass(frozen=True)
class Fit:
    """A sum of functions, each with its coefficient: a model whose knobs have been set.

    Attributes
    ----------
    terms
        (term,) names of the functions.
    coefficients
        (term,) float64, in the units of y per unit of the term.

    Examples
    --------
    >>> line = fit([0, 1, 2], [1, 3, 5], ["1", "x"])
    >>> round(float(line(10.0)), 6), line.formula()
    (21.0, '1 + 2 x')
    """

    terms: tuple[str, ...]
    coefficients: np.ndarray
    functions: tuple[Function, ...]

    def __call__(self, x: ArrayLike) -> np.ndarray:
        """What the model says at x: as many numbers as x has."""
        points = np.asarray(x, dtype=float)
        flat = _columns(points.ravel(), self.terms, self.functions)
        return (flat @ self.coefficients).reshape(points.shape)

    def residuals(self, x: ArrayLike, y: ArrayLike) -> np.ndarray:
        """(point,) what was measured minus what the model says."""
        points, values = _pairs(x, y)
        return values - self(points)

    def error(self, x: ArrayLike, y: ArrayLike) -> float:
        """The root of the mean squared residual, in the unit of y.

        Examples
        --------
        >>> round(fit([0, 1], [0, 0], ["1"]).error([0, 1], [3.0, 4.0]), 4)
        3.5355
        """
        return float(np.sqrt(np.mean(self.residuals(x, y) ** 2)))

    def formula(self, digits: int = 3) -> str:
        """The sum as one would write it, with so many significant digits."""
        text = ""
        for number, term in zip(self.coefficients, self.terms, strict=True):
            sign = "-" if number < 0 else "+"
            lead = f" {sign} " if text else sign.replace("+", "")
            text += f"{lead}{abs(number):.{digits}g}" + _factor(term)
        return text


def _factor(term: str) -> str:
    """What stands after a number in a formula: nothing for a constant, `` · 1/x``, `` sin(x)``."""
    if term == "1":
        return ""
    return f" · {term}" if term[0].isdigit() else f" {term}"


def powers(degree: int) -> tuple[str, ...]:
    """The terms of a polynomial: ``("1", "x", "x^2", ...)``.

    Raises
    ------
    ValueError
        If `degree` is not a whole number from 0 to 99.

    Examples
    --------
    >>> powers(3)
    ('1', 'x', 'x^2', 'x^3')
    """
    if isinstance(degree, bool) or degree not in range(100):
        raise ValueError(f"degree={degree!r} must be a whole number from 0 to 99")
    return ("1", "x", *(f"x^{n}" for n in range(2, degree + 1)))[: degree + 1]


def fit(x: ArrayLike, y: ArrayLike, terms: Terms) -> Fit:
    """Choose the coefficients that make the sum of squared residuals smallest.

    Parameters
    ----------
    x, y
        (point,) finite numbers.
    terms
        Names of functions of x: those of `FUNCTIONS` and ``"x^2"`` to ``"x^99"``; or a mapping from
        names of your own to functions that take and return an array.

    Returns
    -------
    Fit

    Raises
    ------
    ValueError
        If x and y don't fit each other, there are fewer points than terms, a term is unknown or
        repeated, a function is not finite at some x, or no single best choice exists because
        terms say the same at these points.

    Notes
    -----
    Solved by a singular value decomposition (`numpy.linalg.lstsq`) of columns scaled to length one.

    Examples
    --------
    >>> fit([1, 2, 4], [2, 5, 17], ["1", "x^2"]).coefficients.round(6)
    array([1., 1.])
    """
    points, values = _pairs(x, y)
    names, functions = _named(terms)
    if len(points) < len(names):
        raise ValueError(
            f"x has {len(points)} points; {len(names)} terms need at least as many, "
            "or many choices fit equally well"
        )
    table = _columns(points, names, functions)
    length = np.linalg.norm(table, axis=0)
    if not length.all():
        raise ValueError(f"terms: {names[int(np.argmin(length))]!r} is 0 at every given x")
    found, _, rank, _ = np.linalg.lstsq(table / length, values, rcond=None)
    if rank < len(names):
        raise ValueError(f"terms={list(names)!r} say the same thing at the given x; leave one out")
    return Fit(names, found / length, functions)


def held_out_error(x: ArrayLike, y: ArrayLike, terms: Terms, groups: ArrayLike) -> float:
    """Fit without one group, predict it, and so on for every group: cross-validation.

    Parameters
    ----------
    x, y, terms
        As in `fit`.
    groups
        (point,) labels; points with the same label are held out together.

    Returns
    -------
    float
        The root of the mean squared error of all predictions, in the unit of y. Each point was
        predicted by a model that had not seen its group.

    Raises
    ------
    ValueError
        As `fit`; or if `groups` has another length than x, or only one label.

    Notes
    -----
    Stone, "Cross-validatory choice and assessment of statistical predictions" (1974).

    Examples
    --------
    >>> round(held_out_error([0, 1, 2, 3], [0, 1, 4, 9], ["1", "x"], groups=[0, 1, 2, 3]), 3)
    2.564
    """
    points, values = _pairs(x, y)
    labels = np.asarray(groups)
    if labels.shape != points.shape:
        raise ValueError(f"groups has shape {labels.shape}; it must be that of x, {points.shape}")
    different = np.unique(labels)
    if len(different) < 2:
        raise ValueError(f"groups must have two labels or more, got only {different.tolist()}")
    squares = 0.0
    for label in different:
        out = labels == label
        model = fit(points[~out], values[~out], terms)
        squares += float(np.sum(model.residuals(points[out], values[out]) ** 2))
    return float(np.sqrt(squares / len(points)))


def _pairs(x: ArrayLike, y: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Return (point,) float64 arrays, or say what is wrong with them."""
    points, values = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if points.ndim != 1 or points.shape != values.shape or points.size == 0:
        raise ValueError(
            f"x and y must be rows of equally many numbers, got shapes {points.shape} "
            f"and {values.shape}"
        )
    for name, array in (("x", points), ("y", values)):
        if not np.isfinite(array).all():
            raise ValueError(f"{name} must be finite, but holds {array[~np.isfinite(array)][0]}")
    return points, values


def _named(terms: Terms) -> tuple[tuple[str, ...], tuple[Function, ...]]:
    """Return names and functions, or say which name is wrong."""
    if isinstance(terms, str) or not len(terms):
        raise ValueError(f"terms={terms!r} must be a list of one or more names, such as ['1', 'x']")
    if isinstance(terms, Mapping):
        return tuple(terms), tuple(terms.values())
    names = tuple(terms)
    if len(set(names)) < len(names):
        raise ValueError(f"terms={list(names)!r} must differ from each other")
    return names, tuple(_function(name) for name in names)


def _function(name: str) -> Function:
    if name in FUNCTIONS:
        return FUNCTIONS[name]
    power = POWER.fullmatch(name)
    if not power:
        raise ValueError(f"terms: {name!r} must be one of {[*FUNCTIONS, 'x^2', 'x^3', '...']}")
    return lambda x, n=int(power[1]): x**n


def _columns(points: np.ndarray, names: Sequence[str], functions: Sequence[Function]) -> np.ndarray:
    """(point, term): every function at every point."""
    with np.errstate(all="ignore"):
        table = np.stack([np.asarray(f(points), dtype=float) for f in functions], axis=1)
    wrong = np.argwhere(~np.isfinite(table))
    if len(wrong):
        row, column = wrong[0]
        raise ValueError(f"terms: {names[column]!r} is not a finite number at x = {points[row]:g}")
    return table
