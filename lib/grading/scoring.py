"""From a test cell's outputs to its mark, by nbgrader's rules without their traps.

nbgrader: an error or anything on standard error is 0, a last value that reads as a float is the
mark, anything else is full marks. Kept, except: standard error alone costs nothing (an honest
solution may warn); `np.float64(0.5)` is 0.5; `False`, NaN and a negative number are 0, a number
above the maximum is the maximum, and all of these but the first are flagged. The outputs are
rewritten so that nbgrader's own rules give the same mark.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any

from lib.grading.model import Flag, Score

_COLOR = re.compile(r"\x1b\[[0-9;]*m")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_STARTS = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}


def plain(text: str, most: int) -> str:
    """Text fit to show: no control characters, at most so many letters.

    Examples
    --------
    >>> plain("a\\x07b\\x1b[31mred", 100)
    'ab\\x1b[31mred'
    """
    text = text[:most]
    colors = _COLOR.findall(text)
    pieces = [_CONTROL.sub("", piece) for piece in _COLOR.split(text)]
    colors.append("")
    return "".join(piece + color for piece, color in zip(pieces, colors, strict=True))


def clean_outputs(outputs: Any, most: int) -> list[dict[str, Any]]:
    """Outputs from behind the walls as a well-formed notebook's, with nothing active in them.

    Kept are text and pixel images; HTML, scripts, SVG and widgets are dropped, since an
    instructor's browser shows what is left.
    """
    cleaned: list[dict[str, Any]] = []
    for item in outputs if isinstance(outputs, list) else []:
        if most <= 0:
            return [*cleaned, note("[the rest of the output was cut]")]
        item = item if isinstance(item, dict) else {}
        kind = item.get("output_type")
        if kind == "stream":
            name = "stderr" if item.get("name") == "stderr" else "stdout"
            out = {"output_type": "stream", "name": name, "text": _text(item.get("text"), most)}
        elif kind == "error":
            lines = item.get("traceback")
            lines = lines if isinstance(lines, list) else []
            out = {
                "output_type": "error",
                "ename": _text(item.get("ename"), 200),
                "evalue": _text(item.get("evalue"), 4000),
                "traceback": [_text(line, most) for line in lines[:200]],
            }
        elif kind in ("display_data", "execute_result"):
            out = {"output_type": kind, "data": _data(item.get("data"), most), "metadata": {}}
            if kind == "execute_result":
                out["execution_count"] = None
        else:
            continue
        size = len(str(out))
        if size > most + 1000:
            out = note("[an output was left out: too long]")
        cleaned.append(out)
        most -= size
    return cleaned


def _text(text: Any, most: int) -> str:
    return plain(text, most) if isinstance(text, str) else ""


def _data(data: Any, most: int) -> dict[str, str]:
    data = data if isinstance(data, dict) else {}
    kept = {"text/plain": _text(data.get("text/plain"), most)}
    for kind, start in _STARTS.items():
        image = data.get(kind)
        if isinstance(image, str):
            try:
                body = base64.b64decode(image.replace("\n", ""), validate=True)
            except (binascii.Error, ValueError):
                continue
            if body.startswith(start):
                kept[kind] = base64.b64encode(body).decode()
    return kept


def note(text: str) -> dict[str, Any]:
    """A line of output by the desk itself."""
    return {"output_type": "stream", "name": "stdout", "text": text + "\n"}


def failure(name: str, text: str) -> dict[str, Any]:
    """An error output by the desk itself."""
    line = f"{name}: {text}"
    return {"output_type": "error", "ename": name, "evalue": text, "traceback": [line]}


def without_tests(outputs: list[dict[str, Any]], shown: str) -> list[dict[str, Any]]:
    """Errors of a test cell without the cell's own code, which may be hidden.

    Parameters
    ----------
    shown : str
        The line of the check that failed, empty if it is to stay hidden.
    """
    kept = []
    for item in outputs:
        if item["output_type"] == "error":
            lines = [f"{item['ename']}: {item['evalue']}"]
            item = dict(item, traceback=[*lines, *([f"  in: {shown}"] if shown else [])])
        kept.append(item)
    return kept


def mark(
    name: str, outputs: list[dict[str, Any]], value: Any, max_score: float
) -> tuple[Score, list[dict[str, Any]], list[Flag]]:
    """The mark of a test cell that was run.

    Parameters
    ----------
    name : str
        Its grade id.
    outputs : list of dict
        Cleaned.
    value : dict or None
        ``kind`` and ``number`` of its last value, if one was shown.

    Returns
    -------
    Score, list of dict, list of Flag
        The outputs are such that nbgrader gives the same mark.
    """
    warned = [o for o in outputs if o["output_type"] == "stream" and o["name"] == "stderr"]
    outputs = [dict(o, name="stdout") if o in warned else o for o in outputs]
    errors = [o for o in outputs if o["output_type"] == "error"]
    if errors:
        return Score(0.0, max_score, message=_said(errors[-1])), outputs, []
    shows = any(o["output_type"] == "execute_result" for o in outputs)
    value = value if isinstance(value, Mapping) and shows else {}
    kind, number = value.get("kind"), value.get("number")
    if kind not in ("number", "bool"):
        return Score(max_score, max_score), _unread(outputs), []
    if kind == "bool":
        number = max_score if number else 0.0
        text = "True" if number else "False"
    elif type(number) not in (int, float):
        number, text = -1.0, "no ordinary number"
    else:
        text = repr(number)
    given = min(max(float(number), 0.0), max_score)
    flags = []
    if given != number or (kind == "bool" and not given):
        said = f"The test cell's last value is {text}; the mark was set to {given:g}."
        flags.append(Flag("odd-mark", said, name))
    shown = [
        dict(o, data={"text/plain": repr(given)}) if o["output_type"] == "execute_result" else o
        for o in outputs
    ]
    message = "" if given == max_score else f"{given:g} of {max_score:g}"
    return Score(given, max_score, message=message), shown, flags


def _unread(outputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A last value that is no number must not be read as one by nbgrader."""
    return [
        {k: v for k, v in dict(o, output_type="display_data").items() if k != "execution_count"}
        if o["output_type"] == "execute_result"
        else o
        for o in outputs
    ]


def _said(error: Mapping[str, Any]) -> str:
    text = _COLOR.sub("", error["evalue"])
    if error["ename"] in ("CheckFailed", "AssertionError"):
        return text[:2000] or "a check failed"
    return f"{error['ename']}: {text}"[:2000]
