"""Bounded JSON messages over a pair of file descriptors. Both sides of the wall use it.

A message is four bytes of length, then JSON in ASCII. The reader takes no more than it allowed
for, and never unpickles.
"""

from __future__ import annotations

import json
import os
import select
import struct
import time
from collections.abc import Callable
from typing import Any

HEAD = struct.Struct(">I")
MOST_PARTS = 1_000_000  # lists and objects in one message: each takes far more room once read


class Closed(Exception):
    """The other side is gone."""


class TooLong(Exception):
    """The other side announced a message that is longer than allowed."""


class NotPlain(Exception):
    """The message is not a JSON object."""


class Wire:
    """One end of a connection.

    Parameters
    ----------
    read_fd, write_fd : int
        May be the same socket.
    largest : int
        Bytes; longer messages are refused.
    """

    def __init__(self, read_fd: int, write_fd: int, largest: int) -> None:
        self.read_fd, self.write_fd, self.largest = read_fd, write_fd, largest
        self.taken = bytearray()  # of a message that is not complete yet

    def send(self, message: dict[str, Any], deadline: float | None = None) -> None:
        """Write one message; `Closed` if the other side is gone or doesn't take it in time."""
        body = json.dumps(message, ensure_ascii=True).encode()
        data = memoryview(HEAD.pack(len(body)) + body)
        while data:
            if deadline is not None:
                self._wait(self.write_fd, select.POLLOUT, deadline, None)
            try:
                data = data[os.write(self.write_fd, data[:65536]) :]
            except (BrokenPipeError, ConnectionResetError, BlockingIOError):
                raise Closed from None

    def receive(
        self, deadline: float | None = None, tick: Callable[[], None] | None = None
    ) -> dict[str, Any]:
        """Read one message; call ``tick`` a few times a second while waiting.

        Raises
        ------
        Closed, TooLong, NotPlain, TimeoutError
        """
        self._fill(HEAD.size, deadline, tick)
        (length,) = HEAD.unpack_from(self.taken)
        if length > self.largest:
            raise TooLong(f"{length:,} bytes")
        self._fill(HEAD.size + length, deadline, tick)
        body, self.taken = bytes(self.taken[HEAD.size :]), bytearray()
        if body.count(b"[") + body.count(b"{") > MOST_PARTS:
            raise TooLong("millions of lists")
        try:
            message = json.loads(body)
        except (ValueError, RecursionError):
            raise NotPlain from None
        if not isinstance(message, dict):
            raise NotPlain
        return message

    def _fill(self, size: int, deadline: float | None, tick: Callable[[], None] | None) -> None:
        while len(self.taken) < size:
            if deadline is not None:
                self._wait(self.read_fd, select.POLLIN, deadline, tick)
            try:
                part = os.read(self.read_fd, min(size - len(self.taken), 1 << 20))
            except ConnectionResetError:
                part = b""
            if not part:
                raise Closed
            self.taken += part

    @staticmethod
    def _wait(fd: int, event: int, deadline: float, tick: Callable[[], None] | None) -> None:
        poll = select.poll()
        poll.register(fd, event)
        pause = 0.05
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            if poll.poll(max(1, min(pause, left) * 1000)):
                return
            if tick:
                tick()
            pause = min(pause * 2, 0.2)

    def close(self) -> None:
        for fd in {self.read_fd, self.write_fd}:
            os.close(fd)
