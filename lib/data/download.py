"""One download from one address, with a watchdog that no server can hold up.

A helper thread talks to the server and passes on what it gets; the caller's thread counts. In
every stretch of `patience` seconds a minimum must arrive, else the address is given up and the
thread is left behind. So an address costs at most ``patience + size / MIN_RATE`` seconds, and
one that never answers costs `patience`, name lookup included.
"""

from __future__ import annotations

import logging
import os
import queue
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pooch
import requests
from tqdm import tqdm

from .registry import Entry

PATIENCE_VARIABLE = "COURSE_PATIENCE"
MIN_RATE = 20_000  # bytes per second
_CHUNK = 8192  # bytes
_silent_hosts: dict[str, str] = {}


class SourceFailed(Exception):
    """One address did not give the file; the message says why in a few words."""


def patience() -> float:
    """Seconds to wait for an answer: 3, or what the variable COURSE_PATIENCE says.

    Each host that stayed silent makes it likelier that there is no network, so after one the
    next gets half of that, and after two a third: three silent hosts cost 5.5 s, not 9.
    """
    text = os.environ.get(PATIENCE_VARIABLE, "3")
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise ValueError(f"{PATIENCE_VARIABLE} must be a number of seconds above 0, not {text!r}")
    return seconds / (1 + min(2, len(_silent_hosts)))


def budget(entry: Entry) -> float:
    """The most seconds that one address of `entry` can take."""
    return patience() + entry.size / MIN_RATE


def forget_silent_hosts() -> None:
    """Ask again the hosts that did not answer before."""
    _silent_hosts.clear()


def download(entry: Entry, url: str, room: Path) -> Path:
    """Fetch `entry` from `url` into the empty folder `room`.

    Raises
    ------
    SourceFailed
        If the address does not give this very file.
    OSError
        If `room` can't be written, a full disk included.
    """
    host = urlsplit(url).netloc
    if host in _silent_hosts:
        raise SourceFailed(f"{_silent_hosts[host]}, earlier in this session")

    def save(address: str, output: Any, _pooch: object) -> None:
        _save(entry, address, Path(output))

    with _quiet_pooch():
        try:
            made = pooch.retrieve(
                url,
                known_hash=None if entry.members else f"sha256:{entry.sha256}",
                fname=Path(entry.path).name,
                path=room,
                downloader=save,
            )
        except ValueError as error:  # pooch's word for a wrong hash
            raise SourceFailed("sent other content (the sha256 differs)") from error
    return Path(made)


def _save(entry: Entry, url: str, output: Path) -> None:
    done = 0
    bar = tqdm(
        total=entry.size,
        desc=entry.name,
        unit="B",
        unit_scale=True,
        delay=1.0,
        leave=False,
        file=sys.stdout,
    )
    with output.open("wb") as stream, bar:
        for chunk in receive(url):
            done += len(chunk)
            if done > 2 * entry.size:
                raise SourceFailed(f"sent more than twice the expected {entry.size:,} bytes")
            stream.write(chunk)
            bar.update(len(chunk))
    if entry.members is None and done != entry.size:
        raise SourceFailed(f"sent {done:,} bytes instead of {entry.size:,}")


def receive(url: str) -> Iterator[bytes]:
    """The body behind `url`, chunk by chunk; SourceFailed as soon as it comes too slowly."""
    wait = patience()
    box: queue.SimpleQueue[bytes | Exception | None] = queue.SimpleQueue()
    stop = threading.Event()
    threading.Thread(target=_talk, args=(url, wait, box, stop), daemon=True).start()
    total, recent, due = 0, 0, time.monotonic() + wait
    try:
        while True:
            try:
                item = box.get(timeout=max(0.0, due - time.monotonic()))
            except queue.Empty:
                if recent < MIN_RATE * wait:
                    raise _silent(url, _slowness(total, wait)) from None
                recent, due = 0, time.monotonic() + wait
                continue
            if item is None:
                return
            if isinstance(item, Exception):
                raise _failure(url, item, total, wait) from item
            total, recent = total + len(item), recent + len(item)
            yield item
    finally:
        stop.set()


def _talk(url: str, wait: float, box: queue.SimpleQueue, stop: threading.Event) -> None:
    """Read `url` into `box`: chunks, then None, or the exception that ended it.

    The caller's thread is the judge of slowness; the time limit here only ends a thread that
    was left behind.
    """
    try:
        with requests.get(
            url, stream=True, timeout=wait + 30, headers={"Accept-Encoding": "identity"}
        ) as answer:
            if answer.status_code != 200:
                raise SourceFailed(f"answered {answer.status_code} {answer.reason}".rstrip())
            for chunk in answer.raw.stream(_CHUNK, decode_content=False):
                if stop.is_set():
                    return
                box.put(chunk)
        box.put(None)
    except Exception as error:  # whatever it is, it belongs to the caller's thread
        box.put(error)


def _failure(url: str, error: Exception, total: int, wait: float) -> SourceFailed:
    if isinstance(error, SourceFailed):
        return error
    if not isinstance(error, requests.exceptions.RequestException):  # it had begun to answer
        return SourceFailed(f"broke off after {total:,} bytes")
    return _silent(url, _reason(error, wait))


def _silent(url: str, reason: str) -> SourceFailed:
    """Remember that the host of `url` is no use in this session."""
    _silent_hosts[urlsplit(url).netloc] = reason
    return SourceFailed(reason)


def _slowness(total: int, wait: float) -> str:
    return f"too slow, gave up after {total:,} bytes" if total else f"no answer in {wait:g} s"


def _reason(error: Exception, wait: float) -> str:
    if isinstance(error, requests.exceptions.Timeout):
        return _slowness(0, wait)
    if isinstance(error, requests.exceptions.ProxyError):
        return "the proxy did not let us through"
    if isinstance(error, requests.exceptions.SSLError):
        return "no secure connection (certificate or TLS problem)"
    if any(isinstance(cause, socket.gaierror) for cause in _causes(error)):
        return "host name not found (no network?)"
    if isinstance(error, requests.exceptions.ConnectionError):
        return "no connection"
    return f"{type(error).__name__}: {error}"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


@contextmanager
def _quiet_pooch() -> Iterator[None]:
    """Keep pooch's own log lines off standard error for a while."""
    logger = pooch.get_logger()
    before = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(before)
