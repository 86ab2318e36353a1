"""Run a rebuilt notebook: the learner's cells in one process, the judge's in another.

The judge's process runs only the assignment's own cells. A test cell that can be judged outside
runs there: the learner's names are plain data or stand-ins that call into the learner's process,
so nothing a learner does to Python reaches the check. Test cells that can't are run in the
learner's process and watched by a canary.
"""

from __future__ import annotations

import base64
import hashlib
import time
from dataclasses import dataclass, field, replace
from typing import Any

from lib.grading import names, scoring
from lib.grading.children import GRACE_S, Broke, Child
from lib.grading.inside.wire import Closed, NotPlain, TooLong
from lib.grading.limits import Limits
from lib.grading.model import Assignment, Flag, Score
from lib.grading.rebuild import Rebuilt, is_hidden, is_test, marks
from lib.grading.sandbox import SandboxError
from lib.grading.starting import Start

REVIVALS = 3
START_S = 120.0
STUB = """
def _missing(*args, **kwargs): raise NotImplementedError()
for _name in {names}: globals()[_name] = _missing
del _missing, _name
"""


class JudgeLost(Exception):
    """The judge's process is gone in the middle of a question."""


class OutOfTime(Exception):
    """The submission used up its wall seconds."""


@dataclass
class Run:
    """What running a notebook gave."""

    scores: dict[str, Score] = field(default_factory=dict)
    flags: list[Flag] = field(default_factory=list)
    canaries: set[str] = field(default_factory=set)
    doubtful: str = ""
    cpu_s: float = 0.0


class Session:
    """One submission on its way.

    Parameters
    ----------
    seed : str
        Secret; each test cell gets a number of its own from it.
    """

    def __init__(
        self, assignment: Assignment, rebuilt: Rebuilt, seed: str, limits: Limits, start: Start
    ) -> None:
        self.assignment, self.rebuilt, self.seed = assignment, rebuilt, seed
        self.limits, self.start = limits, start
        self.run = Run()
        self.learner: Child | None = None
        self.judge: Child | None = None
        self.played: list[str] = []
        self.revived = 0
        self.deadline = time.monotonic() + limits.wall_s
        self.cell_deadline = self.deadline
        self.late_names: set[str] = set()
        self.own = names.needed(
            [self._text(cell) for cell in rebuilt.notebook["cells"]], set(assignment.learner_names)
        )

    def go(self) -> Run:
        """Run every code cell in order; writes outputs into the rebuilt notebook."""
        try:
            for at, cell in enumerate(self.rebuilt.notebook["cells"]):
                if cell["cell_type"] == "code":
                    try:
                        self._cell(at, cell)
                    except OutOfTime:
                        self._no_time(cell)
        finally:
            for child in (self.learner, self.judge):
                if child is not None:
                    child.end(child.why)
                    self.run.cpu_s += child.cpu_s
        return self.run

    # Cells

    def _text(self, cell: dict[str, Any]) -> tuple[str, bool]:
        """The text of a cell that is the assignment's own, and whether it is judged outside."""
        judged = marks(cell).get("grade_id") in self.assignment.outside
        own = cell["cell_type"] == "code" and not marks(cell).get("solution")
        return (cell["source"] if own and (judged or not is_test(cell)) else ""), judged

    def _cell(self, at: int, cell: dict[str, Any]) -> None:
        self._time_left()
        if is_test(cell):
            outputs = self._tested(cell, marks(cell)["grade_id"])
        else:
            outputs = self._learned(cell)
            outputs = scoring.clean_outputs(outputs, self.limits.output_kb << 10)
            if at in self.own and not marks(cell).get("solution"):
                self._judged(cell["source"])
        cell["outputs"] = outputs

    def _tested(self, cell: dict[str, Any], name: str) -> list[dict[str, Any]]:
        """Run a test cell where it is to be judged, and mark it."""
        outside = name in self.assignment.outside
        run = self._judged if outside else self._watched
        answer = run(cell["source"], self._seed(name), name)
        outputs = scoring.clean_outputs(answer["outputs"], self.limits.output_kb << 10)
        line = answer.get("line")
        line = line if type(line) is int and 0 < line <= cell["source"].count("\n") + 1 else None
        hidden = is_hidden(cell["source"], line)
        shown = cell["source"].split("\n")[line - 1].strip() if line and not hidden else ""
        outputs = scoring.without_tests(outputs, shown)
        points = float(marks(cell)["points"])
        score, outputs, flags = scoring.mark(name, outputs, answer.get("value"), points)
        self.run.scores[name] = replace(score, hidden=hidden)
        self.run.flags += flags
        return outputs

    def _learned(self, cell: dict[str, Any]) -> list[dict[str, Any]]:
        """Run a cell in the learner's process; one that ends the process is left out later."""
        source = cell["source"]
        try:
            answer = self._ask_learner(self._cell_message(source))
        except Broke as broke:
            self._ended(broke, marks(cell).get("grade_id", ""))
            return [scoring.failure("KernelDied", f"this cell was ended: {broke}")]
        if not answer["late"]:
            self.played.append(source)
        return _outputs(answer, self.limits)

    def _judged(self, source: str, seed: str = "", name: str = "") -> dict[str, Any]:
        """Run a cell in the judge's process with the learner's names as data."""
        wanted = set(self.assignment.learner_names)
        wanted &= names.used(source) | self.late_names
        self.late_names |= names.later(source)
        try:
            if wanted:
                self._bind(sorted(wanted))
            message = self._cell_message(source) | {"seed": seed}
            self.cell_deadline = time.monotonic() + self.limits.cell_s
            answer = self._ask_judge(message, self.limits.cell_s, self._relay)
            return answer | {"outputs": _outputs(answer, self.limits)}
        except Broke as broke:
            return self._judge_ended(str(broke), name)
        except JudgeLost:
            return self._judge_ended("it did not answer", name)

    def _judge_ended(self, why: str, name: str) -> dict[str, Any]:
        """Nothing more can be judged outside, and a person must look."""
        for child in (self.judge, self.learner):
            if child is not None:
                child.end(why)
                self.run.cpu_s += child.cpu_s
        self.judge = self.learner = None
        if not self.run.doubtful:
            self.run.flags.append(Flag("judge-ended", f"The judge's process ended: {why}.", name))
            self.run.doubtful = f"The process that judges ended: {why}."
        return {"outputs": [scoring.failure("JudgeEnded", why)]}

    def _watched(self, source: str, seed: str, name: str) -> dict[str, Any]:
        """Run a test cell in the learner's process, then look whether it can fail there."""
        message = self._cell_message(source) | {"seed": seed}
        try:
            answer = self._ask_learner(message)
            canary = self._canary(source, message) if _passes(answer) else None
        except Broke as broke:
            self._ended(broke, name)
            return {"outputs": [scoring.failure("KernelDied", f"the kernel was ended: {broke}")]}
        outputs = _outputs(answer, self.limits)
        if canary is False:
            self.run.canaries.add(name)
        elif canary is True and name in self.assignment.canaries:
            said = "This check passes even with the answer taken away: it was tampered with."
            self.run.flags.append(Flag("canary", said, name))
            self.run.doubtful = "A check could not fail in this learner's process."
            outputs = [scoring.failure("Canary", "this check can't be trusted here")]
        return answer | {"outputs": outputs}

    def _canary(self, source: str, message: dict[str, Any]) -> bool | None:
        """Does a test pass with the answer taken away? None if it uses no answer."""
        wanted = sorted(names.used(source) & set(self.assignment.learner_names))
        if not wanted:
            return None
        save = f"_kept = {{n: globals()[n] for n in {wanted} if n in globals()}}"
        self._ask_learner(self._cell_message(save + STUB.format(names=wanted)))
        answer = self._ask_learner(message)
        self._ask_learner(self._cell_message("globals().update(_kept); del _kept"))
        return _passes(answer)

    # The two processes

    def _bind(self, wanted: list[str]) -> None:
        try:
            values = self._ask_learner({"op": "values", "names": wanted}).get("values")
        except Broke as broke:
            self._ended(broke, "")
            values = {}
        values = values if isinstance(values, dict) else {}
        kept = {n: v for n, v in values.items() if n in wanted and isinstance(v, dict)}
        self._ask_judge({"op": "bind", "names": wanted, "values": kept}, self.limits.cell_s)

    def _relay(self, question: dict[str, Any]) -> dict[str, Any]:
        """Carry one question of the judge to the learner's process, and the answer back."""
        message = {"op": question["up"], "handle": question["handle"], "body": question["body"]}
        left = self.cell_deadline - time.monotonic()
        if left <= 0:
            return {"error": {"name": "CellTimeoutError", "text": "the answer took too long"}}
        try:
            most = self.limits.output_kb << 10
            answer = self._ask_learner(message | {"most": most}, left, self._back)
        except Broke as broke:
            self._ended(broke, "")
            late = "too long" in str(broke)
            name = "CellTimeoutError" if late else "KernelDied"
            return {"error": {"name": name, "text": f"calling the answer ended it: {broke}"}}
        return {key: answer[key] for key in ("value", "states", "error") if key in answer}

    def _back(self, question: dict[str, Any]) -> dict[str, Any]:
        """Within a call of the learner's: carry a call of the judge's own function to it."""
        assert self.judge is not None
        down = {"handle": question.get("handle"), "given": question.get("given")}
        until = min(self.cell_deadline, self.deadline)
        if time.monotonic() > until:
            return {"error": "the answer took too long"}
        until += GRACE_S
        try:
            self.judge.wire.send({"down": down}, until)
            while (answer := self.judge.wire.receive(until)).get("up") != "return":
                refused = {"name": "NotJudged", "text": "a call within a call within a call"}
                self.judge.wire.send({"error": refused}, until)
            return answer
        except (Closed, TooLong, NotPlain, TimeoutError):
            raise JudgeLost from None

    def _ask_learner(
        self, message: dict[str, Any], most: float = 1e9, relay: Any = None
    ) -> dict[str, Any]:
        if self.learner is None:
            self.learner = self._new_child()
            for source in self.played:
                self.learner.tell(self._cell_message(source), self._time_left())
        return self.learner.tell(message, min(most, self._time_left()), relay)

    def _ask_judge(
        self, message: dict[str, Any], seconds: float, relay: Any = None
    ) -> dict[str, Any]:
        if self.judge is None:
            if self.run.doubtful:
                raise Broke("the judge is gone")
            self.judge = self._new_child()
        return self.judge.tell(message, seconds, relay)

    def _new_child(self) -> Child:
        child = self.start()
        files = [[path, base64.b64encode(body).decode()] for path, body in self.assignment.files]
        try:
            child.tell({"op": "files", "files": files}, START_S)
        except Broke as broke:  # before any answer ran
            raise SandboxError(f"A process behind the walls did not start: {broke}") from None
        return child

    def _ended(self, broke: Broke, name: str) -> None:
        """The learner's process is gone: say so, and start a new one at the next question."""
        if self.learner is not None:
            self.run.cpu_s += self.learner.cpu_s
            self.learner = None
        self.revived += 1
        said = f"The process of the answer ended: {broke}."
        if Flag("ended", said, name) not in self.run.flags:
            self.run.flags.append(Flag("ended", said, name))
        if self.revived > REVIVALS:
            self.deadline = 0.0

    def _time_left(self) -> float:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise OutOfTime
        return min(left, self.limits.cell_s)

    def _no_time(self, cell: dict[str, Any]) -> None:
        again = "its process ended too often" if self.revived > REVIVALS else "it took too long"
        text = f"not run: {again}"
        cell["outputs"] = [scoring.failure("OutOfTime", text)]
        if not any(flag.code == "stopped" for flag in self.run.flags):
            said = f"The rest of the notebook was not run: {again}."
            self.run.flags.append(Flag("stopped", said, marks(cell).get("grade_id", "")))
        if is_test(cell):
            own = marks(cell)
            self.run.scores[own["grade_id"]] = Score(0.0, float(own["points"]), message=text)

    def _cell_message(self, source: str) -> dict[str, Any]:
        return {"op": "cell", "source": source, "most": self.limits.output_kb << 10}

    def _seed(self, name: str) -> str:
        digest = hashlib.sha256(f"{self.seed}\n{self.assignment.name}\n{name}".encode()).digest()
        return str(int.from_bytes(digest[:6], "big"))


def _outputs(answer: dict[str, Any], limits: Limits) -> list[dict[str, Any]]:
    """The outputs of an answer; a cell that failed or was late has an error among them."""
    outputs = answer.get("outputs")
    outputs = [o for o in outputs if isinstance(o, dict)] if isinstance(outputs, list) else []
    if answer.get("late"):
        text = f"this cell was stopped after {limits.cell_s:g} seconds"
        return [*outputs, scoring.failure("CellTimeoutError", text)]
    if answer.get("status") != "ok" and not any(o.get("output_type") == "error" for o in outputs):
        return [*outputs, scoring.failure("Error", "the cell failed")]
    return outputs


def _passes(answer: dict[str, Any]) -> bool:
    """Would a test cell with this answer earn anything?"""
    value = answer.get("value")
    number = value.get("number") if isinstance(value, dict) else None
    worthless = type(number) in (int, float) and number <= 0
    return answer.get("status") == "ok" and not answer.get("late") and not worthless
