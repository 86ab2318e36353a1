"""The matrix of a text, with a picker for its rows, for the chapter "Words and the matrix"."""

from __future__ import annotations

import html
from collections import Counter

import traitlets

from lib.text import words
from lib.widgets.base import CourseWidget

LONGEST = 4  # words in a prompt, in the JavaScript too
_ALT = (
    "The matrix of a text: a row for each prompt of one to four words, a column for each next "
    "word, a dot for each filled cell; a slider and a field pick a row, bars show what follows it."
)


class MatrixRow(CourseWidget, module="matrix_row"):
    """Count what follows each prompt of a text, draw it as a matrix, and pick its rows.

    A row's bars are the relative frequencies of the next word; pressing one makes the prompt
    longer. Serves the chapter "Words and the matrix".

    Parameters
    ----------
    text
        What is counted, cut into lower-case words by `lib.text.words`.
    prompt
        One to four words of the text; the most common one if left out.
    alt
        Replaces the sentence that describes the widget.

    Attributes
    ----------
    prompt : str
        Follows what the learner picks.

    Raises
    ------
    TypeError
        If `text` or `prompt` is not a string.
    ValueError
        If `text` has fewer than two words, or `prompt` is not one to four words of it.

    Examples
    --------
    >>> row = MatrixRow("The cat sat. The dog sat.", "The cat")
    >>> row.prompt
    'the cat'
    """

    text = traitlets.Unicode().tag(sync=True)
    prompt = traitlets.Unicode().tag(sync=True)

    def __init__(self, text: str, prompt: str | None = None, *, alt: str = _ALT) -> None:
        counted = words(text)
        if len(counted) < 2:
            raise ValueError(f"text={text[:40]!r} must have at least two words")
        ranked = sorted(Counter(counted).items(), key=lambda item: (-item[1], item[0]))
        picked = [ranked[0][0]] if prompt is None else words(prompt)
        if not 1 <= len(picked) <= LONGEST or not set(picked) <= set(counted):
            raise ValueError(f"prompt={prompt!r} must be one to {LONGEST} words of the text")
        super().__init__(alt=alt, text=" ".join(counted), prompt=" ".join(picked))

    def _static_html(self) -> str:
        counted, prompt = self.text.split(), self.prompt.split()
        size = len(prompt)
        row = Counter(
            counted[i + size] for i in range(len(counted) - size) if counted[i : i + size] == prompt
        )
        cells = "".join(
            f'<tr><th scope="row">{html.escape(word)}</th><td>{times / row.total():.1%}</td></tr>'
            for word, times in sorted(row.items(), key=lambda item: (-item[1], item[0]))[:10]
        )
        head = '<tr><th scope="col">Next word</th><th scope="col">Probability</th></tr>'
        caption = f"<caption>The row of “{html.escape(self.prompt)}”</caption>"
        return f"{super()._static_html()}<table>{caption}{head}{cells}</table>"
