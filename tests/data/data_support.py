"""What the tests of `lib.data` share: a server that misbehaves on demand, and small entries."""

from __future__ import annotations

import hashlib
import socket
import threading
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from lib.data import cache, download
from lib.data.registry import Entry

BODY = bytes(range(256)) * 400  # 102,400 bytes


class Server:
    """A raw HTTP server on localhost: `behave(connection)` does the talking for each request.

    Anything can be played: half a body, silence, one byte at a time. `released` is set when the
    test is over, so that a handler can hang on it.
    """

    def __init__(self, behave: Callable[[Server, socket.socket], None]) -> None:
        self._behave = behave
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._socket.getsockname()[1]}"
        self.requests = 0
        self.halfway = threading.Event()
        self.released = threading.Event()
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def url(self, path: str = "/file") -> str:
        return f"http://{self.address}{path}"

    def close(self) -> None:
        self.released.set()
        socket.create_connection(self._socket.getsockname()).close()  # wakes the thread
        self._thread.join()
        self._socket.close()

    def _accept(self) -> None:
        while True:
            connection, _ = self._socket.accept()
            if self.released.is_set():
                connection.close()
                return
            self.requests += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            try:
                connection.recv(65536)
                self._behave(self, connection)
            except OSError:
                pass  # the client hung up, as some tests want it to


def head(status: str = "200 OK", length: int | None = None) -> bytes:
    """The head of a response."""
    lines = [f"HTTP/1.1 {status}", "Connection: close"]
    if length is not None:
        lines.append(f"Content-Length: {length}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def sends(body: bytes = BODY, status: str = "200 OK", length: int | None = None):
    """A behavior: answer with `body`, promising `length` bytes (those it has, if not said)."""
    promised = len(body) if length is None else length

    def behave(server: Server, connection: socket.socket) -> None:
        connection.sendall(head(status, promised) + body)

    return behave


def hangs(sent: bytes = b""):
    """A behavior: send `sent`, then nothing, and keep the connection open."""

    def behave(server: Server, connection: socket.socket) -> None:
        connection.sendall(sent)
        server.halfway.set()
        server.released.wait(60)

    return behave


def trickles(first: bytes):
    """A behavior: send `first` and then one byte after the other, for as long as it may."""

    def behave(server: Server, connection: socket.socket) -> None:
        connection.sendall(first)
        while not server.released.wait(0.02):
            connection.sendall(b"x")

    return behave


def entry_for(*urls: str, body: bytes = BODY, name: str = "probe") -> Entry:
    """A registry entry for `body`; a closed port stands in for a second address."""
    return Entry(
        name=name,
        title="Probe",
        urls=urls if len(urls) > 1 else (*urls, "http://127.0.0.1:9/closed"),
        sha256=hashlib.sha256(body).hexdigest(),
        size=len(body),
        license="none",
        purpose="a test",
        path=f"probes/{name}.bin",
    )


def listing_sha256(texts: Mapping[str, bytes]) -> str:
    """The sha256 of what ``sha256sum *`` prints for `texts`."""
    lines = [f"{hashlib.sha256(texts[name]).hexdigest()}  {name}\n" for name in sorted(texts)]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def write_zip(path: Path, texts: Mapping[str, bytes]) -> Path:
    """A corpus zip as NLTK lays it out: every text below a folder with the zip's name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in texts.items():
            archive.writestr(f"{path.stem}/{name}", content)
    return path


def fetch_in_child(entry: Entry, folder: str, results) -> None:
    """For a child process: fetch `entry` into the cache `folder` and report what came out."""
    import os

    from lib.data.store import obtain

    os.environ[cache.CACHE_VARIABLE] = folder
    os.environ[download.PATIENCE_VARIABLE] = "60"
    try:
        results.put(hashlib.sha256(obtain(entry).path.read_bytes()).hexdigest())
    except Exception as error:
        results.put(repr(error))


def left_in(folder: Path) -> list[str]:
    """Every file below `folder` except locks."""
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".lock"
    )
