"""Which submissions share unusually much code: winnowing, for a person to look at. Never a verdict.

Source: S. Schleimer, D. S. Wilkerson, A. Aiken (2003), "Winnowing: Local Algorithms for Document
Fingerprinting", SIGMOD. Tokens are normalized (names, numbers and strings lose their text;
comments and layout vanish), runs of K tokens are hashed, and of each window of W hashes the
smallest is kept. Any shared run of K + W - 1 tokens is then found. What the released text holds is
background and does not count; neither does what many learners wrote.
"""

from __future__ import annotations

import hashlib
import io
import keyword
import re
import tokenize
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

K = 12  # tokens in a run: about two lines
W = 8  # hashes in a window
COMMON = 0.05  # a fingerprint of more than this share of the class (and of more than 3) is common
FEWEST = 5  # shared fingerprints below which a pair is not reported

_ROUGH = re.compile(r"[A-Za-z_]\w*|\d[\w.]*|\S")
_LAYOUT = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENCODING,
    tokenize.ENDMARKER,
}


@dataclass(frozen=True)
class Pair:
    """Two learners whose code shares ``shared`` uncommon fingerprints.

    ``share`` is their part in the smaller of the two, 0 to 1.
    """

    first: str
    second: str
    shared: int
    share: float


def normalized_tokens(code: str) -> list[str]:
    """The code as tokens without names, values, comments and layout.

    Examples
    --------
    >>> normalized_tokens("total = 3  # so far")
    ['name', '=', 'value']
    """
    try:
        return [_normal(token.type, token.string) for token in _tokens(code)]
    except (tokenize.TokenError, SyntaxError, ValueError):
        # Not Python, or broken Python: words, numbers and signs will do.
        return [_normal(None, word) for word in _ROUGH.findall(code)]


def fingerprints(code: str, k: int = K, window: int = W) -> frozenset[int]:
    """The winnowed hashes of a text.

    Parameters
    ----------
    code
        What one learner wrote.
    k
        Tokens in a run.
    window
        Hashes in a window, of which the smallest (the rightmost of equals) is kept.

    Examples
    --------
    >>> fingerprints("a = 1")
    frozenset()
    """
    tokens = normalized_tokens(code)
    hashes = [_hash(tokens[start : start + k]) for start in range(len(tokens) - k + 1)]
    if not hashes:
        return frozenset()
    starts = range(max(1, len(hashes) - window + 1))
    return frozenset(min(hashes[start : start + window]) for start in starts)


def every_run(code: str, k: int = K) -> frozenset[int]:
    """The hashes of all runs of a text, for use as background."""
    tokens = normalized_tokens(code)
    return frozenset(_hash(tokens[start : start + k]) for start in range(len(tokens) - k + 1))


def similar_pairs(
    prints: dict[str, frozenset[int]],
    background: Iterable[int] = (),
    at_least: float = 0.5,
    fewest: int = FEWEST,
) -> list[Pair]:
    """The pairs of learners that share most, most alike first.

    Parameters
    ----------
    prints
        For each learner, the :func:`fingerprints` of the code.
    background
        Hashes that do not count: :func:`every_run` of the released text.
    at_least
        The smallest share reported, 0 to 1.
    fewest
        The smallest number of shared fingerprints reported.

    Examples
    --------
    >>> loop = "for i in range(3):\\n    if i > 1 and i < x[i]:\\n        y = f(i) + g(i * 2, x)\\n"
    >>> both = fingerprints(loop.replace("x", "z")), fingerprints(loop)
    >>> similar_pairs({"ada": both[0], "bo": both[1]}, fewest=1)[0].share
    1.0
    """
    ignored = set(background)
    spread = Counter(value for own in prints.values() for value in own)
    limit = max(3, COMMON * len(prints))
    ignored.update(value for value, learners in spread.items() if learners > limit)
    own = {learner: values - ignored for learner, values in prints.items()}
    holders: dict[int, list[str]] = {}
    for learner in sorted(own):
        for value in own[learner]:
            holders.setdefault(value, []).append(learner)
    shared = Counter(pair for names in holders.values() for pair in combinations(names, 2))
    pairs = [
        Pair(first, second, count, count / min(len(own[first]), len(own[second])))
        for (first, second), count in shared.items()
        if count >= fewest
    ]
    alike = [pair for pair in pairs if pair.share >= at_least]
    return sorted(alike, key=lambda pair: (-pair.share, -pair.shared, pair.first, pair.second))


def _tokens(code: str) -> list[tokenize.TokenInfo]:
    tokens = tokenize.generate_tokens(io.StringIO(code).readline)
    return [token for token in tokens if token.type not in _LAYOUT]


def _normal(kind: int | None, text: str) -> str:
    if keyword.iskeyword(text):
        return text
    if kind == tokenize.NAME or (kind is None and (text[0].isalpha() or text[0] == "_")):
        return "name"
    if kind in (tokenize.NUMBER, tokenize.STRING) or (kind is None and text[0].isdigit()):
        return "value"
    return text


def _hash(tokens: list[str]) -> int:
    digest = hashlib.blake2b("\0".join(tokens).encode(errors="replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big")
