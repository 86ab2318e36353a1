"""A live n-gram model of letters, for the chapter "Letters"."""

from __future__ import annotations

import traitlets

from lib.text import normalize
from lib.widgets.base import CourseWidget

_ALT = (
    "A letter model at work: sliders set how many letters make a gram and the temperature, bars "
    "show the chances of the next letter, and a text grows letter by letter."
)


class NGramSampler(CourseWidget, module="ngram_sampler"):
    """Count the letter n-grams of a text and write with them, in the browser itself.

    The model has no smoothing: a context never seen backs off to a shorter one, and the letter
    drawn then is marked. Writing begins where a word begins. Serves the chapter "Letters".

    Parameters
    ----------
    text
        What is counted, reduced to letters and spaces by `lib.text.normalize`.
    n
        Letters in a gram, 1 to 8: the next letter depends on the n - 1 before it.
    temperature
        0 to 2; counts are raised to the power 1 / temperature. At 0 the top letter is always taken.
    seed
        0 to 999999. The same seed and the same actions give the same letters.
    prompt
        What the text starts with, reduced in the same way.
    compact
        Show the text with n and the temperature alone, with a few words written already.
    alt
        Replaces the sentence that describes the widget.

    Attributes
    ----------
    output : str
        Prompt and letters written so far; follows what the learner does.

    Raises
    ------
    TypeError
        If `text` or `prompt` is not a string.
    ValueError
        If `text` has no letter, or a number is out of its range.

    Examples
    --------
    >>> sampler = NGramSampler("The cat sat on the mat.", n=2, prompt="The")
    >>> sampler.text, sampler.output
    ('the cat sat on the mat', 'the')
    """

    text = traitlets.Unicode().tag(sync=True)
    n = traitlets.Int(3).tag(sync=True)
    temperature = traitlets.Float(1.0).tag(sync=True)
    seed = traitlets.Int(1).tag(sync=True)
    prompt = traitlets.Unicode().tag(sync=True)
    compact = traitlets.Bool(False).tag(sync=True)
    output = traitlets.Unicode().tag(sync=True)

    def __init__(
        self,
        text: str,
        n: int = 3,
        temperature: float = 1.0,
        *,
        seed: int = 1,
        prompt: str = "",
        compact: bool = False,
        alt: str = _ALT,
    ) -> None:
        letters, start = normalize(text), normalize(prompt)
        if not letters:
            raise ValueError(f"text={text[:40]!r} must have at least one letter from a to z")
        if isinstance(n, bool) or n not in range(1, 9):
            raise ValueError(f"n={n!r} must be a whole number from 1 to 8")
        if not 0 <= temperature <= 2:
            raise ValueError(f"temperature={temperature!r} must be from 0 to 2")
        if isinstance(seed, bool) or seed not in range(1_000_000):
            raise ValueError(f"seed={seed!r} must be a whole number from 0 to 999999")
        super().__init__(
            alt=alt,
            text=letters,
            n=int(n),
            temperature=float(temperature),
            seed=int(seed),
            prompt=start,
            compact=bool(compact),
            output=start,
        )
