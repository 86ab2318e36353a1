"""Wrong answers to exercise 11 that learners really write."""

from __future__ import annotations

ATTEND = """
def attend(queries, keys, values):
    scores = queries @ keys.T
    return {}
"""
LOOK = """
def look_back(scores):
    allowed = {allowed}
    return {result}
"""
BACK = {
    "allowed": "np.tril(np.ones(scores.shape)) > 0",
    "result": "softmax(np.where(allowed, scores, -np.inf), axis=1)",
}
SPLIT = "def split(x, heads):\n    return {}"
HEADS = """
def multi_head(q, k, v, heads):
    {before}
    q, k, v = (np.stack(np.split(part, heads, axis=1)) for part in (q, k, v))
    {cut}
    scores = q @ k.swapaxes(1, 2) / {divisor}
    allowed = np.tril(np.ones(scores.shape[1:]), {diagonal}) > 0
    mixed = softmax(np.where(allowed, scores, {blocked}), axis=2) @ v
    return {result}
"""
JOIN = {
    "before": "tokens, d = q.shape",
    "cut": "",
    "divisor": "np.sqrt(q.shape[2])",
    "diagonal": "0",
    "blocked": "-np.inf",
    "result": "mixed.swapaxes(0, 1).reshape(tokens, d)",
}
TURN = """
def turn(x, places):
    d = x.shape[1]
    i = np.arange(d // 2)
    angle = {angle}
    a, b = {pairs}
    out = np.empty(x.shape)
    {write} = a * np.cos(angle) - b * np.sin(angle)
    {again} = a * np.sin(angle) + b * np.cos(angle)
    return out
"""
ROTATE = {
    "angle": "np.outer(places, 10000.0 ** (-2 * i / d))",
    "pairs": "x[:, 0::2], x[:, 1::2]",
    "write": "out[:, 0::2]",
    "again": "out[:, 1::2]",
}
STEER = """
def steer(model, source, target, name):
    trace = Trace([name])
    model({first}, trace=trace)
    thought = trace[name][:, {take}]
    def put_in(value):
        value = value.clone()
        value[:, {where}] = thought
        return {give}
    logits = model({second}, trace=Trace(edits={{name: put_in}}))
    return {result}
"""
THOUGHT = {
    "first": "source",
    "take": "-1",
    "where": "-1",
    "give": "value",
    "second": "target",
    "result": "logits[0, -1].softmax(-1)",
}
LEAKS = """
def leaks(model, length):
    texts = {texts}
    before = model(texts)
    for place in {places}:
        changed = texts.clone()
        changed[:, place:] = (changed[:, place:] + {other}) % 10
        moved = (model(changed) - before)[:, {watched}].abs()
        if moved.numel() and moved.max() > {tolerance}:
            return True
    return False
"""
TEST = {
    "texts": "torch.randint(10, (100, length))",
    "places": "range(1, length)",
    "other": "torch.randint(1, 10, changed[:, place:].shape)",
    "watched": ":place",
    "tolerance": "0",
}


def attend(hint: str, result: str) -> tuple:
    return "attend", ATTEND.format(result), {"attend-values": hint}


def look(hint: str, wall: str | None = None, **other: str) -> tuple:
    says = {"look-back-weights": hint} | ({"look-back-wall": wall} if wall else {})
    return "look-back", LOOK.format(**BACK | other), says


def split(hint: str, result: str) -> tuple:
    return "split", SPLIT.format(result), {"split-heads": hint}


def heads(hint: str, **other: str) -> tuple:
    return "multi-head", HEADS.format(**JOIN | other), {"multi-head-values": hint}


def turn(hint: str, **other: str) -> tuple:
    return "turn", TURN.format(**ROTATE | other), {"turn-values": hint}


def steer(hint: str, **other: str) -> tuple:
    return "steer", STEER.format(**THOUGHT | other), {"steer-probs": hint}


def leaks(plain: str | None, sly: str | None, **other: str) -> tuple:
    says = {"leaks-plain": plain, "leaks-sly": sly}
    says = {cell: hint for cell, hint in says.items() if hint}
    return "leaks", LEAKS.format(**TEST | other), says


AHEAD = "lets a token look ahead"
ROWS = "the sums of the rows"

# name of a mistake -> (solution cell, code, {grade cell that must fail: phrase of its message})
WRONG = {
    "no scale": attend("Divide the scores by the square root", "softmax(scores, 1) @ values"),
    "no root": attend("not by the number", "softmax(scores / queries.shape[1], 1) @ values"),
    "softmax down the columns": attend(
        "softmax along each row", "softmax(scores / np.sqrt(queries.shape[1]), 0) @ values"
    ),
    "softmax over everything": attend(
        "attend for 2 queries and 3 keys is not right",
        "softmax(scores / np.sqrt(queries.shape[1]), None) @ values",
    ),
    "size of a value": attend(
        "not of a value", "softmax(scores / np.sqrt(values.shape[1]), 1) @ values"
    ),
    "number of keys": attend(
        "not the number of keys", "softmax(scores / np.sqrt(len(keys)), 1) @ values"
    ),
    "no softmax": attend("softmax is missing", "scores / np.sqrt(queries.shape[1]) @ values"),
    "scaled too late": attend(
        "not the weights after it", "softmax(scores, 1) / np.sqrt(queries.shape[1]) @ values"
    ),
    "one too many": look(
        "the next token is in reach", AHEAD, allowed="np.tril(np.ones(scores.shape), 1) > 0"
    ),
    "not itself": look(
        "may look at itself too", "gives NaN", allowed="np.tril(np.ones(scores.shape), -1) > 0"
    ),
    "forward": look("look ahead, not back", AHEAD, allowed="np.triu(np.ones(scores.shape)) > 0"),
    "after the softmax": look(
        "mask the scores before the softmax", ROWS, result="softmax(scores, axis=1) * allowed"
    ),
    "zeros for scores": look(
        "A score of 0 is a score", AHEAD, result="softmax(scores * allowed, axis=1)"
    ),
    "a low wall": look(
        "A wall of height 10 can be climbed",
        AHEAD,
        result="softmax(np.where(allowed, scores, -10), axis=1)",
    ),
    "a higher wall": (
        "look-back",
        LOOK.format(**BACK | {"result": "softmax(np.where(allowed, scores, -1000), axis=1)"}),
        {"look-back-wall": "Only one number is low enough"},
    ),
    "columns": look(
        "softmax along each row",
        ROWS,
        result="softmax(np.where(allowed, scores, -np.inf), axis=0)",
    ),
    "reshape alone": split("tokens are mixed", "x.reshape(heads, len(x), -1)"),
    "features from all over": split(
        "Head 0 gets the first features", "x.reshape(len(x), -1, heads).transpose(2, 0, 1)"
    ),
    "token first": split("You have 3 x 2 x 6; 2 x 3 x 6", "x.reshape(len(x), heads, -1)"),
    "features by tokens": split(
        "You have 2 x 6 x 3", "x.reshape(len(x), heads, -1).transpose(1, 2, 0)"
    ),
    "joined by a reshape": heads(
        "swap the axes back before you reshape", result="mixed.reshape(tokens, d)"
    ),
    "cut by a reshape": heads(
        "alone cuts across tokens",
        before="tokens, d = q.shape; whole = q, k, v",
        cut="q, k, v = (part.reshape(heads, tokens, -1) for part in whole)",
    ),
    "cut and joined by a reshape": heads(
        "alone cuts across tokens",
        before="tokens, d = q.shape; whole = q, k, v",
        cut="q, k, v = (part.reshape(heads, tokens, -1) for part in whole)",
        result="mixed.reshape(tokens, d)",
    ),
    "scale of all features": heads("one head's query, not of all", divisor="np.sqrt(d)"),
    "no scale in the heads": heads("root of the size of a head", divisor="1"),
    "mask off by one": heads("the mask is off by one", diagonal="1"),
    "no mask": heads("must not look at what comes after", diagonal="tokens"),
    "a finite mask": heads("multi_head(q, k, v, 2) is not right", blocked="-3"),
    "the wrong way round": turn(
        "mind the signs", angle="-np.outer(places, 10000.0 ** (-2 * i / d))"
    ),
    "halves": turn(
        "Neighbors make a pair",
        pairs="x[:, : d // 2], x[:, d // 2 :]",
        write="out[:, : d // 2]",
        again="out[:, d // 2 :]",
    ),
    "no factor two": turn(
        "i the number of the pair", angle="np.outer(places, 10000.0 ** (-i / d))"
    ),
    "the feature's number": turn(
        "not of the feature", angle="np.outer(places, 10000.0 ** (-4 * i / d))"
    ),
    "growing angles": turn("the power is negative", angle="np.outer(places, 1e4 ** (2 * i / d))"),
    "rows for places": turn(
        "Use the places that are given",
        angle="np.outer(np.arange(len(x)), 10000.0 ** (-2 * i / d))",
    ),
    "no change": steer("with no change", where="-1:0"),
    "swapped": steer("Source and target are swapped", first="target", second="source"),
    "the first place": steer("The first place is changed", where="0"),
    "all places": steer("only the last one should be", where=":"),
    "logits": steer("softmax is missing", result="logits[0, -1]"),
    "what source says": steer("Run it on target", second="source"),
    "takes the first": steer("not at the first", take="0"),
    "always": (
        "leaks",
        "def leaks(model, length):\n    return True",
        {"leaks-plain": "averages the past", "leaks-sly": "It is honest"},
    ),
    "never": (
        "leaks",
        "def leaks(model, length):\n    return False",
        {"leaks-plain": "averages the whole text", "leaks-sly": "faint"},
    ),
    "its own place too": leaks("Don't compare", "It is honest", watched=": place + 1"),
    "all places compared": leaks("Don't compare", "It is honest", watched=":"),
    "a tolerance": leaks(None, "Use no tolerance", tolerance="1e-2"),
    "the last place only": leaks(None, "Only the first place looks ahead", places="[length - 1]"),
    "misses the last": leaks(None, "the last one too", places="range(1, length - 1)"),
    "one dull text": leaks(
        None,
        "Try several random texts",
        texts="torch.zeros(1, length, dtype=torch.int64)",
        other="1",
    ),
}
