"""Strings of parentheses as tokens: depth, balance, near misses, parse trees."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from lib.text import Vocab

OPEN, CLOSE, END = range(3)
#: A row that a model sees is END ( ) ... END: the mark that ends a string also begins it.
VOCAB = Vocab(("(", ")", "END"))
STEPS = torch.tensor([1, -1, 0])  # what each token does to the depth


def encode(text: str) -> Tensor:
    """The tokens of a string of parentheses.

    Parameters
    ----------
    text
        Of "(" and ")" alone; it need not be balanced, and may be empty.

    Returns
    -------
    Tensor
        (position,) int64, without END.

    Raises
    ------
    ValueError
        If there is another character.

    Examples
    --------
    >>> encode("(()")
    tensor([0, 0, 1])
    """
    if not isinstance(text, str):
        raise TypeError(f"text: expected a string, got {type(text).__name__}")
    for place, character in enumerate(text):
        if character not in "()":
            raise ValueError(f"text: expected ( and ) alone, got {character!r} at place {place}")
    return torch.tensor([OPEN if character == "(" else CLOSE for character in text]).long()


def decode(tokens: Tensor) -> str:
    """The parentheses of one row of tokens; an END at its beginning and those at its end go.

    Raises
    ------
    ValueError
        If the tokens are not (position,) ids from 0 to 2, or END stands inside.

    Examples
    --------
    >>> decode(torch.tensor([2, 0, 1, 2, 2]))
    '()'
    """
    ids = checked(tokens).tolist()
    if tokens.ndim != 1:
        raise ValueError(f"tokens: expected one row, (position,), got {tuple(tokens.shape)}")
    text = "".join("()$"[token] for token in ids).strip("$")
    if "$" in text:
        raise ValueError(f"tokens: END stands between parentheses in {ids}")
    return text


def checked(tokens: Tensor) -> Tensor:
    """The tokens, if they are int64 ids from 0 to 2; else a clear error."""
    if not isinstance(tokens, Tensor) or tokens.dtype != torch.int64:
        kind = tokens.dtype if isinstance(tokens, Tensor) else type(tokens).__name__
        raise TypeError(f"tokens: expected an int64 tensor, got {kind}; encode makes one of a text")
    if tokens.numel() and not 0 <= int(tokens.min()) <= int(tokens.max()) <= END:
        raise ValueError(f"tokens: expected ids from 0 to {END}, got {tokens.unique().tolist()}")
    return tokens


def depth(tokens: Tensor) -> Tensor:
    """How many parentheses are open after each token.

    Parameters
    ----------
    tokens
        (..., position) int64; END changes nothing.

    Returns
    -------
    Tensor
        (..., position) int64; below zero where more was closed than opened.

    Examples
    --------
    >>> depth(encode("(())()")).tolist()
    [1, 2, 1, 0, 1, 0]
    """
    return STEPS[checked(tokens)].cumsum(-1)


def is_balanced(tokens: Tensor) -> Tensor:
    """Whether each row is balanced: the counting program, for many rows at once.

    Parameters
    ----------
    tokens
        (..., position) int64. A row may begin with END, and may be filled with END at its end;
        a parenthesis after that makes it not balanced.

    Returns
    -------
    Tensor
        (...) bool. The empty string is balanced.

    Examples
    --------
    >>> is_balanced(torch.stack([encode("(())"), encode("())("), encode("(()(")]))
    tensor([ True, False, False])
    """
    if tokens.shape[-1] == 0:
        return torch.ones(tokens.shape[:-1], dtype=torch.bool)
    heights = depth(tokens)
    marks = tokens == END
    begun = ~marks[..., 1:] & marks[..., :-1]  # a parenthesis right after END
    first = torch.arange(begun.shape[-1]) == 0
    return (heights[..., -1] == 0) & (heights >= 0).all(-1) & ~(begun & ~first).any(-1)


@dataclass(frozen=True)
class Tree:
    """A parse tree, ready to be drawn.

    Attributes
    ----------
    spans
        (first, last) places of each pair of parentheses, in the order in which they open.
    parents
        For each pair the number of the pair around it; -1 if there is none.
    levels
        For each pair how many are around it.
    """

    text: str
    spans: tuple[tuple[int, int], ...]
    parents: tuple[int, ...]
    levels: tuple[int, ...]


def parse_tree(text: str) -> Tree:
    """Which parenthesis closes which, and which pair stands in which.

    Raises
    ------
    ValueError
        If the string is not balanced; the message says where it goes wrong.

    Examples
    --------
    >>> tree = parse_tree("(()())")
    >>> tree.spans, tree.parents
    (((0, 5), (1, 2), (3, 4)), (-1, 0, 0))
    """
    waiting: list[int] = []
    first, last, parents, levels = [], [], [], []
    for place, token in enumerate(encode(text).tolist()):
        if token == OPEN:
            parents.append(waiting[-1] if waiting else -1)
            levels.append(len(waiting))
            waiting.append(len(first))
            first.append(place)
            last.append(-1)
        elif waiting:
            last[waiting.pop()] = place
        else:
            raise ValueError(f"text: the ) at place {place} of {text!r} closes nothing")
    if waiting:
        raise ValueError(f"text: the ( at place {first[waiting[-1]]} of {text!r} is never closed")
    spans = tuple(zip(first, last, strict=True))
    return Tree(text, spans, tuple(parents), tuple(levels))
