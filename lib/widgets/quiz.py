"""Quick questions with instant feedback, at the end of every chapter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import traitlets

from lib.widgets.base import CourseWidget, rich


@dataclass(frozen=True)
class Question:
    """One question with one right choice.

    Parameters
    ----------
    prompt
        The question. Here and below, `backticks` make code.
    choices
        Two or more answers.
    answer
        The right one's position in `choices`, from 0.
    explain
        For every choice, why it is right or what the mistake is.

    Raises
    ------
    ValueError
        If a text is empty, choices repeat or are fewer than two, `answer` is not a position in
        `choices`, or `explain` is not as long as `choices`.

    Examples
    --------
    >>> Question("Which comes first?", ["a", "b"], 0, ["It does.", "It comes second."]).answer
    0
    """

    prompt: str
    choices: Sequence[str]
    answer: int
    explain: Sequence[str]

    def __post_init__(self) -> None:
        for name in ("choices", "explain"):
            if isinstance(getattr(self, name), str):
                raise ValueError(f"{name} must be a list of texts, got one text")
            object.__setattr__(self, name, tuple(getattr(self, name)))
        for text in (self.prompt, *self.choices, *self.explain):
            if not isinstance(text, str) or not text.strip():
                raise ValueError(f"prompt, choices and explain must be texts, got {text!r}")
        count = len(self.choices)
        if count < 2 or len(set(self.choices)) < count:
            raise ValueError(f"choices must be two or more different texts, got {self.choices}")
        if isinstance(self.answer, bool) or self.answer not in range(count):
            raise ValueError(f"answer={self.answer!r} must be a position from 0 to {count - 1}")
        if any(text.startswith(("Right", "Not quite")) for text in self.explain):
            raise ValueError("explain must not begin with Right or Not quite: the quiz says it")
        if len(self.explain) != count:
            raise ValueError(
                f"explain has {len(self.explain)} texts, but there are {count} choices"
            )


class Quiz(CourseWidget, module="quiz"):
    """A few questions, each checked at once.

    Parameters
    ----------
    questions
        One or more `Question`.

    Attributes
    ----------
    answers : dict
        The last checked choice, from 0, by the question's position as text ("0", "1", ...). The
        published page keeps it in the reader's browser.

    Raises
    ------
    ValueError
        If `questions` is empty or holds anything else.

    Examples
    --------
    >>> quiz = Quiz([Question("2 + 2?", ["4", "5"], 0, ["Yes.", "One too many."])])
    >>> quiz.answers
    {}
    """

    questions = traitlets.List().tag(sync=True)
    answers = traitlets.Dict().tag(sync=True)
    _remembered = ("answers",)

    def __init__(self, questions: Sequence[Question]) -> None:
        questions = list(questions)
        if not questions or not all(isinstance(q, Question) for q in questions):
            raise ValueError("questions must be a list of one or more Question")
        count = len(questions)
        noun = "question" if count == 1 else "questions"
        data = [
            {**asdict(q), "choices": list(q.choices), "explain": list(q.explain)} for q in questions
        ]
        super().__init__(
            alt=f"A quiz of {count} {noun}, with feedback on every choice.", questions=data
        )

    def _static_html(self) -> str:
        return "<ol>" + "".join(_static_question(q) for q in self.questions) + "</ol>"


def _static_question(question: dict) -> str:
    """Return a question with its answer folded away."""
    choices = "".join(f"<li>{rich(choice)}</li>" for choice in question["choices"])
    right = question["answer"]
    told = f"{rich(question['choices'][right])}: {rich(question['explain'][right])}"
    return (
        f"<li><p>{rich(question['prompt'])}</p><ul>{choices}</ul>"
        f"<details><summary>Answer</summary><p>{told}</p></details></li>"
    )
