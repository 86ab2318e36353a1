"""What crosses the walls: messages, values as data, and the system call filter."""

from __future__ import annotations

import json
import os
import random
import socket
import struct
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from lib.grading.inside import codec, walls
from lib.grading.inside.remote import NotJudged, Remote, RemoteFunction, raise_as_told, stand_in
from lib.grading.inside.wire import Closed, NotPlain, TooLong, Wire

VALUES = [
    None, True, 0, -3, 2**80, 1.5, float("inf"), "é\ud800", b"\0\1", 1 + 2j, (1, [2, {3}]),
    {"a": 1, 2: (3,)}, frozenset({1}), Counter("aab"), np.arange(6).reshape(2, 3), np.float32(1.5),
    np.array(["a", "bc"]), np.array(True), torch.arange(3.0), torch.tensor(True), np.zeros((0, 3)),
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=lambda v: f"{type(v).__name__} {v!r}"[:40])
def test_values_cross_as_copies(value: Any) -> None:
    kept: list[Any] = []
    sent = json.loads(json.dumps(codec.encode(value, lambda v: kept.append(v) or 0)))
    got = codec.decode(sent, lambda *parts: pytest.fail("no handle needed"))
    assert type(got) is type(value) and not kept
    same = np.array_equal(got, value) if hasattr(value, "dtype") else got == value
    assert same and getattr(got, "dtype", None) == getattr(value, "dtype", None)


class Sly(dict):
    __class__ = int


@pytest.mark.parametrize("value", [Sly(), len, object(), int, np.array([object()]), iter("a")])
def test_anything_else_stays_and_gets_a_handle(value: Any) -> None:
    kept: list[Any] = []
    sent = codec.encode([value], lambda v: kept.append(v) or 7)
    [got] = codec.decode(sent, lambda *parts: parts)
    assert kept == [value] or kept[0] is value
    assert got[0] == 7 and got[2] == callable(value)


BAD: list[Any] = [
    {}, {"x": 1}, {"l": 1}, {"l": [{}]}, {"d": [[1]]}, {"d": [[{"l": []}, 1]]}, {"a": []},
    {"a": ["|O", [1], "AAAAAAAAAAA="]}, {"a": ["<f8", [10**12], ""]}, {"a": ["<f8", [-1], "AA"]},
    {"a": [{"names": ["a"], "formats": ["O"]}, [1], ""]}, {"a": ["V8", [1], "AAAAAAAAAAA="]},
    {"T": ["<u8", [1], "AAAA"]}, {"n": ["<f8", ""]}, {"i": "zz"}, {"i": 5}, {"f": "1.0"},
    {"b": 3}, {"c": ["a", "b"]}, {"h": [None, 1, 2]}, {"h": ["x", "y", 0]}, {"u": [[3], ["a"]]},
    {"u": [[10**9, 10**9], []]}, {"s": [{"l": []}]}, {"a": ["<f8", [1], "AAAAAAAAAAA="], "b": ""},
]  # fmt: skip


@pytest.mark.parametrize("data", BAD, ids=lambda d: str(d)[:40])
def test_data_that_no_encoder_writes_is_refused(data: Any) -> None:
    with pytest.raises(ValueError):
        codec.decode(data, lambda number, name, is_callable: None)


def test_any_json_either_decodes_to_plain_values_or_is_refused() -> None:
    chance = random.Random(0)
    tags = ["l", "t", "s", "z", "d", "k", "i", "f", "c", "b", "h", "u", "n", "a", "T", "x"]

    def anything(depth: int) -> Any:
        kind = chance.randrange(8 if depth else 5)
        if kind < 5:
            return [None, True, chance.randrange(-9, 99), "<f8", "AAAAAAAAAAA="][kind]
        if kind == 5:
            return [anything(depth - 1) for _ in range(chance.randrange(4))]
        return {chance.choice(tags): anything(depth - 1) for _ in range(kind - 5)}

    refused = 0
    for _ in range(5000):
        try:
            value = codec.decode(anything(4), lambda *parts: None)
        except ValueError:
            refused += 1
        else:
            assert value is None or type(value).__module__ in ("builtins", "numpy", "torch")
    assert 1000 < refused < 4900


def test_too_deep_and_too_long_values_are_not_sent() -> None:
    deep: list[Any] = []
    for _ in range(100):
        deep = [deep]
    with pytest.raises(codec.TooMuch, match="nested more than"):
        codec.encode(deep, lambda value: 0)
    with pytest.raises(codec.TooMuch, match="items"):
        codec.encode([0] * (codec.LONGEST + 1), lambda value: 0)


def test_a_stand_in_is_judged_by_data_alone() -> None:
    asked = []

    def ask(message: dict[str, Any]) -> dict[str, Any]:
        asked.append(message["up"])
        return {"value": {"l": [1, 2]}, "states": {"l": []}}

    remote, function = stand_in(ask, 1, "box", False), stand_in(ask, 2, "f", True)
    assert not callable(remote) and callable(function)
    assert type(remote) is Remote and type(function) is RemoteFunction
    assert function(3) == [1, 2] and remote.size == [1, 2] and list(remote) == [1, 2]
    assert asked[:3] == ["call", "getattr", "list"]
    for judged in (lambda: remote == 1, lambda: bool(remote), lambda: len(remote)):
        with pytest.raises(NotJudged):
            judged()
    with pytest.raises(NotJudged):
        remote.size = 3


def test_a_generator_moves_on_with_the_call() -> None:
    theirs = np.random.default_rng(1)
    theirs.random(5)
    left = codec.encode([theirs.bit_generator.state], lambda value: 0)
    mine = np.random.default_rng(1)
    stand_in(lambda message: {"value": 1, "states": left}, 1, "f", True)(mine)
    assert mine.random() == theirs.random()


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ({"name": "ValueError", "text": "no"}, ValueError),
        ({"name": "SystemExit"}, Exception),
        ({"name": "UnicodeDecodeError", "text": "no"}, Exception),
        ({"name": "no name", "line": "3"}, Exception),
        ({"name": "KeyError", "line": 2, "source": "a = 1\nb = {}[1]\n"}, KeyError),
        (None, Exception),
        ([], Exception),
    ],
)
def test_errors_are_raised_as_told(told: Any, kind: type) -> None:
    with pytest.raises(kind):
        raise_as_told(told)


@pytest.fixture
def wires():
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    yield Wire(ours.fileno(), ours.fileno(), 1000), theirs
    ours.close()
    theirs.close()


def test_messages_cross_whole_or_not_at_all(wires) -> None:
    wire, other = wires
    far = Wire(other.fileno(), other.fileno(), 10**6)
    far.send({"a": "é\ud800"})
    assert wire.receive(time.monotonic() + 5) == {"a": "é\ud800"}
    other.sendall(b"\0\0\0")
    with pytest.raises(TimeoutError):
        wire.receive(time.monotonic() + 0.05)
    other.sendall(b"\2{}")  # the rest of the same message
    assert wire.receive(time.monotonic() + 5) == {}


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (struct.pack(">I", 1001), TooLong),
        (b"\xff\xff\xff\xff", TooLong),
        (b"\0\0\0\1[", NotPlain),
        (b"\0\0\0\2[]", NotPlain),
        (b"\0\0\0\2\xff\xff", NotPlain),
        (b"\0\0\0\0", NotPlain),
        (struct.pack(">I", 900) + b"[" * 900, NotPlain),
    ],
)
def test_messages_that_are_none(wires, data: bytes, error: type) -> None:
    wire, other = wires
    other.sendall(data)
    with pytest.raises(error):
        wire.receive(time.monotonic() + 5)


def test_a_closed_connection_is_noticed(wires) -> None:
    wire, other = wires
    other.shutdown(socket.SHUT_RDWR)
    with pytest.raises(Closed):
        wire.receive(time.monotonic() + 5)
    with pytest.raises(Closed):
        wire.send({"a": 1}, time.monotonic() + 5)


def test_a_reader_that_does_not_read_is_given_up(wires) -> None:
    wire, _ = wires
    with pytest.raises((Closed, TimeoutError)):
        wire.send({"a": "x" * 10**7}, time.monotonic() + 0.1)


# The filter, run by a small interpreter of its language: also for machines not at hand.


def _filter(machine: str, number: int, first: int = 0, arch: int | None = None, **kwargs) -> int:
    data = struct.pack("<IIQQ", number, arch or walls.MACHINE[machine][0], 0, first)
    program = walls.filter_program(machine, **kwargs)
    at = value = 0
    while True:
        code, yes, no, constant = struct.unpack("=HBBI", program[8 * at : 8 * at + 8])
        at += 1
        if code == 0x06:
            return constant
        if code == 0x20:
            (value,) = struct.unpack_from("<I", data, constant)
        else:
            tests = {0x15: value == constant, 0x35: value >= constant, 0x45: value & constant}
            at += yes if tests[code] else no


ALLOW, EPERM, ENOSYS, KILL = 0x7FFF0000, 0x50001, 0x50026, 0x80000000


@pytest.mark.parametrize("machine", walls.MACHINE)
def test_the_filter_refuses_and_allows(machine: str) -> None:
    _, clone, socket_call = walls.MACHINE[machine]
    for name, number in walls.REFUSED[machine].items():
        assert _filter(machine, number) == EPERM, name
    assert _filter(machine, walls.CLONE3) == ENOSYS
    assert _filter(machine, clone, 17) == ALLOW  # a fork
    assert _filter(machine, clone, 0x3D0F00) == ALLOW  # a thread
    for flag in walls.NEW.values():
        assert _filter(machine, clone, flag | 17) == EPERM
    for family in range(50):
        assert _filter(machine, socket_call, family) == (ALLOW if family in (1, 2, 10) else EPERM)
    assert _filter(machine, socket_call, 16, sockets=(16,)) == ALLOW
    assert _filter(machine, 63) == ALLOW
    assert _filter(machine, 63, arch=0x40000003) == KILL
    if machine == "x86_64":
        assert _filter(machine, 0x40000000 | 101) == ENOSYS


HEADERS = {
    "x86_64": "/usr/include/x86_64-linux-gnu/asm/unistd_64.h",
    "aarch64": "/usr/include/asm-generic/unistd.h",
}


@pytest.mark.parametrize("machine", HEADERS)
def test_the_filters_numbers_are_the_kernels(machine: str) -> None:
    if not os.path.exists(HEADERS[machine]):
        pytest.skip(f"{HEADERS[machine]} (package linux-libc-dev) is not here to compare with")
    known = {}
    for line in Path(HEADERS[machine]).read_text().splitlines():
        parts = line.split()
        if len(parts) == 3 and parts[1].startswith("__NR_") and parts[2].isdigit():
            known[parts[1][5:]] = int(parts[2])
    checked = {name: known[name] for name in walls.REFUSED[machine] if name in known}
    assert len(checked) > 40
    assert checked == {name: walls.REFUSED[machine][name] for name in checked}
