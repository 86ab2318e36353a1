"""Wrong answers to exercise 10 that learners really write."""

from __future__ import annotations

BALANCED = "def is_balanced(text):\n    return {0}"
LOOP = """
def depths(text):
    found, height = [], 0
    for c in text:
        {0}
    return found
"""
WAYS = """
def ways(opened, left):
    if {stop}:
        return {at_end}
    if left <= 0:
        return 0
    return ways(opened + 1, left - 1) + {closing}
"""
CLOSING = "(ways(opened - 1, left - 1) if opened else 0)"
LAW = """
from itertools import product
def next_law(prefix, max_pairs):
    mass = np.zeros(3)
    for n in {lengths}:
        texts = ["".join(t) for t in product("()", repeat=2 * n)]
        texts = [t for t in texts if is_balanced(t)]
        for text in texts:
            if text.startswith(prefix){only}:
                rest = text[len(prefix):]
                mass["()".index(rest[0]) if rest else 2] += {weight}
    return {result}
"""
UPTO, EACH, SHARE = "range(1, max_pairs + 1)", "1 / len(texts)", "mass / max(mass.sum(), 1e-9)"
RING = """
def read_ring(ring):
    heights = np.cumsum([1 if c == "(" else -1 for c in ring])
    start = {start}
    return {read}
"""
FIRST, READ = "int(heights.argmin()) + 1", "(ring[start:] + ring[:start])[:-1]"
ROWS = """
def make_rows(texts, width):
    inputs, targets = [], []
    for text in texts:
        tokens = ["()".index(c) for c in text]
        inputs.append(({read} + [{fill}] * width)[:width])
        targets.append(({say} + [{quiet}] * width)[:width])
    return inputs, targets
"""
END_FIRST, END_LAST = "[2] + tokens", "tokens + [2]"
FRESH = "def fresh(train, test):\n    return {0}"
HITS = "hits_all, hits_fresh, possible = {0}"
PROBE = """
def probe(x_train, y_train, x_test, y_test):
    one = lambda x: np.column_stack([x, np.ones(len(x))])
    fit = lambda x, y: np.linalg.lstsq(one(x), y, rcond=None)[0]
    {0}
"""
GUESS = "guess = one(x_test) @ fit(x_train, y_train); "
FOUND = "r2_trained, r2_untrained = {0}"
OF = "probe(x['{0}'][{1}], y[{1}], x['{0}'][{2}], y[{2}])"


def both(values: str, of: str = "values") -> dict[str, str]:
    """Messages for both of the grade cells of the law."""
    return {"law-inside": values, "law-end": of}


# name of a mistake -> (solution cell, code, {grade cell that must fail: phrase of its message})
WRONG = {
    # 1. depth
    "before, not after": (
        "depths",
        LOOP.format("found.append(height); height += 1 if c == '(' else -1"),
        {"depths-values": "before each character"},
    ),
    "cut off below zero": (
        "depths",
        "def depths(text):\n    return np.cumsum([1 if c == '(' else -1 for c in text]).clip(0)",
        {"depths-values": "don't cut off"},
    ),
    "steps, not sums": (
        "depths",
        LOOP.format("found.append(1 if c == '(' else -1)"),
        {"depths-values": "Add them up"},
    ),
    "turned around": (
        "depths",
        LOOP.format("height += 1 if c == ')' else -1; found.append(height)"),
        {"depths-values": "An opening parenthesis adds one"},
    ),
    "a zero in front": (
        "depths",
        "def depths(text):\n    return [0, *np.cumsum([1 if c == '(' else -1 for c in text])]",
        {"depths-values": "You have 6 numbers"},
    ),
    "the end alone": (
        "balanced",
        BALANCED.format("text.count('(') == text.count(')')"),
        {"balanced-values": "on the way the depth falls below zero"},
    ),
    "three glances": (
        "balanced",
        BALANCED.format(
            "text == '' or (text.count('(') * 2 == len(text) "
            "and text[0] == '(' and text[-1] == ')')"
        ),
        {"balanced-values": "and yet falls below zero"},
    ),
    "never asks for the end": (
        "balanced",
        BALANCED.format(
            "all(text[:i].count('(') >= text[:i].count(')') for i in range(len(text) + 1))"
        ),
        {"balanced-values": "still open at the end"},
    ),
    "the empty string": (
        "balanced",
        BALANCED.format(
            "len(text) > 0 and text[0] == '(' and "
            "min(np.cumsum([1 if c == '(' else -1 for c in text])) == 0 and "
            "text.count('(') == text.count(')')"
        ),
        {"balanced-values": "The empty string is balanced"},
    ),
    # 2. the law
    "closes what is not open": (
        "ways",
        WAYS.format(
            stop="left == 0", at_end="int(opened == 0)", closing="ways(opened - 1, left - 1)"
        ),
        {"ways-values": "must not fall below zero"},
    ),
    "any end will do": (
        "ways",
        WAYS.format(stop="left == 0", at_end="1", closing=CLOSING),
        {"ways-values": "is not right"},
    ),
    "all strings": (
        "ways",
        "def ways(opened, left):\n    return 2 ** left",
        {"ways-values": "Not every string"},
    ),
    "no way to stop": (
        "ways",
        WAYS.format(stop="left == 0", at_end="0", closing=CLOSING),
        {"ways-values": "too small"},
    ),
    "nothing open means done": (
        "ways",
        WAYS.format(stop="opened == 0", at_end="1", closing=CLOSING),
        {"ways-values": "can't be done"},
    ),
    "all strings alike": (
        "law",
        LAW.format(lengths=UPTO, only="", weight="1", result=SHARE),
        both("a string of a rare length weighs more", "a string of a rare length weighs more"),
    ),
    "the longest alone": (
        "law",
        LAW.format(lengths="[max_pairs]", only="", weight=EACH, result=SHARE),
        both("of the greatest length alone", "END has no chance"),
    ),
    "END forgotten": (
        "law",
        LAW.format(lengths=UPTO, only=" and text != prefix", weight=EACH, result=SHARE),
        {"law-end": "END has no chance"},
    ),
    "END whenever it may": (
        "law",
        LAW.format(
            lengths=UPTO,
            only="",
            weight=EACH,
            result=f"np.array([0, 0, 1]) if prefix and is_balanced(prefix) else {SHARE}",
        ),
        {"law-end": "may also go on"},
    ),
    "empty strings too": (
        "law",
        LAW.format(lengths="range(max_pairs + 1)", only="", weight=EACH, result=SHARE),
        {"law-end": "the empty one is never drawn"},
    ),
    "a coin between what is possible": (
        "law",
        LAW.format(lengths=UPTO, only="", weight=EACH, result="(mass > 0) / (mass > 0).sum()"),
        both("not equally likely", "Count how many strings end here"),
    ),
    "another order": (
        "law",
        LAW.format(lengths=UPTO, only="", weight=EACH, result=f"({SHARE})[[1, 0, 2]]"),
        both("The order is", "is not right"),
    ),
    # 3. the ring
    "one too many": (
        "ring",
        RING.format(start=FIRST, read="ring[start:] + ring[:start]"),
        {"ring-values": "leave it out"},
    ),
    "the last lowest": (
        "ring",
        RING.format(start="len(ring) - int(heights[::-1].argmin())", read=READ),
        {"ring-values": "begin after the first"},
    ),
    "at the lowest": (
        "ring",
        RING.format(start="int(heights.argmin())", read=READ),
        {"ring-values": "not at it"},
    ),
    "not turned": (
        "ring",
        RING.format(start="0", read=READ),
        {"ring-values": "as it was given"},
    ),
    "the first left out": (
        "ring",
        RING.format(start=FIRST, read="(ring[start:] + ring[:start])[1:]"),
        {"ring-values": "not the first"},
    ),
    # 4. rows
    "END not learned": (
        "rows",
        ROWS.format(read=END_FIRST, fill=2, say="tokens", quiet=-100),
        {"rows-targets": "learn to stop"},
    ),
    "filling learned": (
        "rows",
        ROWS.format(read=END_FIRST, fill=2, say=END_LAST, quiet=2),
        {"rows-targets": "nothing to learn"},
    ),
    "not shifted": (
        "rows",
        ROWS.format(read=END_FIRST, fill=2, say="[2] + tokens", quiet=-100),
        {"rows-targets": "one place to the left"},
    ),
    "shifted by two": (
        "rows",
        ROWS.format(read=END_FIRST, fill=2, say="tokens[1:] + [2]", quiet=-100),
        {"rows-targets": "One place too far"},
    ),
    "no END in front": (
        "rows",
        ROWS.format(read="tokens", fill=2, say=END_LAST, quiet=-100),
        {"rows-inputs": "before it, the network has read nothing"},
    ),
    "filled with zeros": (
        "rows",
        ROWS.format(read=END_FIRST, fill=0, say=END_LAST, quiet=-100),
        {"rows-inputs": "0 is a parenthesis"},
    ),
    "inputs alone": (
        "rows",
        "def make_rows(texts, width):\n"
        "    return [([2, *map('()'.index, t)] + [2] * width)[:width] for t in texts]",
        {"rows-inputs": "make_rows", "rows-targets": "make_rows"},
    ),
    # 5. the leak
    "those that were seen": (
        "fresh",
        FRESH.format("[t for t in test if t in train]"),
        {"fresh-values": "seen in training"},
    ),
    "the wrong way around": (
        "fresh",
        FRESH.format("[t for t in train if t not in test]"),
        {"fresh-values": "Go through the test"},
    ),
    "as a set": (
        "fresh",
        FRESH.format("sorted(set(test) - set(train))"),
        {"fresh-values": "is not right"},
    ),
    "each once": (
        "fresh",
        FRESH.format("list(dict.fromkeys(t for t in test if t not in train))"),
        {"fresh-values": "kept twice"},
    ),
    "how many": (
        "fresh",
        FRESH.format("sum(t not in train for t in test)"),
        {"fresh-values": "returns no list"},
    ),
    "all for the fresh": (
        "hits",
        HITS.format("0.905, 0.905, 132"),
        {"hits-values": "among all of them"},
    ),
    "the share that is new": (
        "hits",
        HITS.format("0.905, 0.095, 132"),
        {"hits-values": "how many are new"},
    ),
    "all strings of 12": (
        "hits",
        HITS.format("0.905, 0, 2 ** 12"),
        {"hits-values": "count the balanced ones"},
    ),
    "six of each": (
        "hits",
        HITS.format("0.905, 0, 924"),
        {"hits-values": "some of them are not balanced"},
    ),
    "a guess for all": (
        "hits",
        HITS.format("0.5, 0, 132"),
        {"hits-values": "hits_all is not right"},
    ),
    # 6. the probe
    "no constant": (
        "probe",
        "def probe(x_train, y_train, x_test, y_test):\n"
        "    guess = x_test @ np.linalg.lstsq(x_train, y_train, rcond=None)[0]\n"
        "    return 1 - ((y_test - guess) ** 2).sum() / ((y_test - y_test.mean()) ** 2).sum()",
        {"probe-values": "The constant is missing"},
    ),
    "on the training rows": (
        "probe",
        PROBE.format(
            "guess = one(x_train) @ fit(x_train, y_train); "
            "return 1 - ((y_train - guess) ** 2).mean() / y_train.var()"
        ),
        {"probe-values": "for the training rows"},
    ),
    "fitted on the test rows": (
        "probe",
        PROBE.format(
            "guess = one(x_test) @ fit(x_test, y_test); "
            "return 1 - ((y_test - guess) ** 2).mean() / y_test.var()"
        ),
        {"probe-values": "fitted the test rows"},
    ),
    "correlation": (
        "probe",
        PROBE.format(GUESS + "return np.corrcoef(y_test, guess)[0, 1] ** 2"),
        {"probe-values": "forgives a wrong scale"},
    ),
    "what is left over": (
        "probe",
        PROBE.format(GUESS + "return ((y_test - guess) ** 2).mean() / y_test.var()"),
        {"probe-values": "left over"},
    ),
    "no mean taken off": (
        "probe",
        PROBE.format(GUESS + "return 1 - ((y_test - guess) ** 2).sum() / (y_test ** 2).sum()"),
        {"probe-values": "Take the mean of y_test off"},
    ),
    "in sample": (
        "found",
        FOUND.format(", ".join(OF.format(n, 0, 0) for n in ("trained", "untrained"))),
        {"found-values": "it was fitted on"},
    ),
    "halves exchanged": (
        "found",
        FOUND.format(", ".join(OF.format(n, 1, 0) for n in ("trained", "untrained"))),
        {"found-values": "Fit on the first half"},
    ),
    "networks exchanged": (
        "found",
        FOUND.format(", ".join(OF.format(n, 0, 1) for n in ("untrained", "trained"))),
        {"found-values": "the other network's"},
    ),
    "the untrained is nothing": (
        "found",
        FOUND.format(OF.format("trained", 0, 1) + ", 0"),
        {"found-values": "r2_untrained is not right"},
    ),
}
