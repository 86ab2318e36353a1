"""`lib.data.fetch` against real servers on localhost, well behaved and not."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from data_support import BODY, entry_for, hangs, head, left_in, sends, trickles

from lib.data import DataUnavailable, download, fetch, registry, report
from lib.data.store import obtain

HALF = BODY[: len(BODY) // 2]
WRONG = bytes(len(BODY))


def test_download_then_cache(serve, tmp_path):
    server = serve(sends())
    first = obtain(entry_for(server.url()))
    assert (first.source, first.path) == ("download", tmp_path / "cache/probes/probe.bin")
    assert first.path.read_bytes() == BODY
    again = obtain(entry_for(server.url()))
    assert (again.source, again.path) == ("cache", first.path)
    assert server.requests == 1
    assert left_in(tmp_path / "cache") == ["probes/probe.bin"]


ANSWERS = {
    "cut short, connection closed": (sends(HALF, length=len(BODY)), "(broke off after|sent) "),
    "cut short at once": (sends(BODY[:10], length=len(BODY)), "(broke off after|sent) "),
    "cut short, but claimed to be all": (sends(HALF), "sent 51,200 bytes instead of 102,400"),
    "another content": (sends(WRONG), r"sent other content \(the sha256 differs\)"),
    "a login page": (sends(b"<html>log in</html>"), "sent 19 bytes instead of 102,400"),
    "endless": (sends(BODY * 3, length=10**9), "sent more than twice the expected"),
    "forbidden": (sends(b"no", "403 Forbidden"), "answered 403 Forbidden"),
    "busy": (sends(b"later", "503 Service Unavailable"), "answered 503 Service Unavailable"),
    "no HTTP": (sends(b"", "garbage"), "no connection"),
}
SILENCES = {
    "silent": (hangs(), "no answer in 0.4 s"),
    "silent after the head": (hangs(head(length=len(BODY))), "no answer in 0.4 s"),
    "stalled halfway": (hangs(head(length=len(BODY)) + HALF), "too slow, gave up after"),
    "a trickle": (trickles(head(length=len(BODY))), "no answer in 0.4 s"),
    "a trickling head": (trickles(b"HTTP/1.1 200 OK\r\nX-Slow: "), "no answer in 0.4 s"),
}


def _goes_on_to_the_mirror(bad, good, cache_folder):
    found = obtain(entry_for(bad.url(), good.url()))
    assert found.path.read_bytes() == BODY
    assert found.why == f"downloaded from {good.url()}"
    assert left_in(cache_folder) == ["probes/probe.bin"]


def _says_why_and_leaves_nothing(bad, reason, cache_folder):
    with pytest.raises(DataUnavailable) as caught:
        obtain(entry_for(bad.url()))
    assert re.match(reason, dict(caught.value.attempts)[bad.url()])
    assert left_in(cache_folder) == []


@pytest.mark.parametrize("case", ANSWERS)
def test_bad_answer(case, serve, tmp_path):
    behave, reason = ANSWERS[case]
    _says_why_and_leaves_nothing(serve(behave), reason, tmp_path / "cache")
    download.forget_silent_hosts()
    _goes_on_to_the_mirror(serve(behave), serve(sends()), tmp_path / "cache")


@pytest.mark.parametrize("case", SILENCES)
def test_silence(case, serve, tmp_path, impatient):
    behave, reason = SILENCES[case]
    _says_why_and_leaves_nothing(serve(behave), reason, tmp_path / "cache")
    download.forget_silent_hosts()
    _goes_on_to_the_mirror(serve(behave), serve(sends()), tmp_path / "cache")


def test_error_says_what_was_tried_and_what_to_do(serve, tmp_path):
    first, second = serve(sends(b"", "404 Not Found")), serve(sends(WRONG))
    with pytest.raises(DataUnavailable) as caught:
        obtain(entry_for(first.url("/a"), second.url("/b")))
    message = str(caught.value)
    assert f"{first.url('/a')}: answered 404 Not Found" in message
    assert f"{second.url('/b')}: sent other content" in message
    assert 'fetch("probe", retry=True)' in message
    assert str(tmp_path / "cache/probes/probe.bin") in message
    assert "COURSE_DATA_MIRROR" in message


def test_silent_host_is_asked_once(serve, impatient):
    silent = serve(hangs())
    for name in ("one", "two", "three"):
        with pytest.raises(DataUnavailable):
            obtain(entry_for(silent.url(), name=name))
    assert silent.requests == 1


def test_retry_asks_again(serve, impatient, monkeypatch):
    answers = [hangs(), sends()]
    server = serve(lambda server, connection: answers[server.requests - 1](server, connection))
    with pytest.raises(DataUnavailable):
        obtain(entry_for(server.url()))
    with pytest.raises(DataUnavailable, match="earlier in this session"):
        obtain(entry_for(server.url()))
    monkeypatch.setattr(download, "patience", lambda: 60.0)
    assert obtain(entry_for(server.url()), retry=True).source == "download"


def test_refusal_of_one_file_says_nothing_about_the_host(serve):
    answers = [sends(b"", "403 Forbidden"), sends()]
    server = serve(lambda server, connection: answers[server.requests - 1](server, connection))
    with pytest.raises(DataUnavailable):
        obtain(entry_for(server.url(), name="one"))
    assert obtain(entry_for(server.url(), name="two")).source == "download"


def test_name_lookup_that_hangs(monkeypatch):
    monkeypatch.setattr(download, "patience", lambda: 0.4)
    released = threading.Event()

    def lookup(*_arguments, **_more):
        released.wait(60)
        raise socket.gaierror("released")

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    try:
        with pytest.raises(DataUnavailable, match="no answer in 0.4 s"):
            obtain(entry_for("http://course.invalid/a", "http://mirror.invalid/b"))
    finally:
        released.set()


def test_unknown_host(monkeypatch):
    def lookup(*_arguments, **_more):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    with pytest.raises(DataUnavailable, match="host name not found"):
        obtain(entry_for("http://course.invalid/a", "http://mirror.invalid/b"))


def test_slow_but_steady_is_fine(serve, monkeypatch):
    monkeypatch.setattr(download, "patience", lambda: 0.05)
    monkeypatch.setattr(download, "budget", lambda entry: 60.0)
    monkeypatch.setattr(download, "MIN_RATE", 0)

    def behave(server, connection):
        connection.sendall(head(length=len(BODY)))
        for start in range(0, len(BODY), 25_600):
            server.released.wait(0.1)  # longer than one stretch of patience
            connection.sendall(BODY[start : start + 25_600])

    assert obtain(entry_for(serve(behave).url())).path.read_bytes() == BODY


def test_patience_shrinks_with_every_silent_host(monkeypatch):
    monkeypatch.delenv("COURSE_PATIENCE")
    waits = []
    for host in "abcd":
        waits.append(download.patience())
        download._silent_hosts[host] = "no answer"
    assert waits == [3.0, 1.5, 1.0, 1.0]


def test_gzip_files_arrive_as_they_are(serve):
    import gzip

    packed = gzip.compress(BODY)

    def behave(_server, connection):
        lines = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n"
        connection.sendall(lines % len(packed) + packed)

    found = obtain(entry_for(serve(behave).url(), body=packed))
    assert found.path.read_bytes() == packed


@pytest.mark.parametrize("spoil", [HALF, WRONG, b""], ids=["truncated", "changed", "empty"])
def test_damaged_cache_is_replaced(spoil, serve, tmp_path, capsys):
    cached = tmp_path / "cache/probes/probe.bin"
    cached.parent.mkdir(parents=True)
    cached.write_bytes(spoil)
    found = obtain(entry_for(serve(sends()).url()))
    assert (found.source, found.path.read_bytes()) == ("download", BODY)
    assert f"{cached} is not used" in capsys.readouterr().out


def test_damaged_cache_is_deleted_even_offline(tmp_path):
    cached = tmp_path / "cache/probes/probe.bin"
    cached.parent.mkdir(parents=True)
    cached.write_bytes(HALF)
    with pytest.raises(DataUnavailable):
        obtain(entry_for("http://127.0.0.1:9/closed"))
    assert left_in(tmp_path / "cache") == []


def test_mirror_folder_comes_first(serve, tmp_path, monkeypatch):
    server = serve(sends())
    monkeypatch.setenv("COURSE_DATA_MIRROR", str(tmp_path / "mirror"))
    at = tmp_path / "mirror/probes/probe.bin"
    at.parent.mkdir(parents=True)
    at.write_bytes(BODY)
    found = obtain(entry_for(server.url()))
    assert (found.source, found.path, server.requests) == ("mirror", at, 0)


def test_relative_folders_outlive_a_change_of_directory(serve, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COURSE_CACHE", "near")
    found = obtain(entry_for(serve(sends()).url()))
    assert found.path == tmp_path / "near/probes/probe.bin"
    monkeypatch.setenv("COURSE_DATA_MIRROR", "near")
    again = obtain(entry_for("http://127.0.0.1:9/closed"))
    assert (again.source, again.path) == ("mirror", found.path)


def test_mirror_folder_with_a_damaged_file(serve, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("COURSE_DATA_MIRROR", str(tmp_path / "mirror"))
    at = tmp_path / "mirror/probes/probe.bin"
    at.parent.mkdir(parents=True)
    at.write_bytes(HALF)
    assert obtain(entry_for(serve(sends()).url())).source == "download"
    assert "it has 51,200 bytes instead of 102,400" in capsys.readouterr().out
    assert at.read_bytes() == HALF  # somebody else's folder: never written, never deleted


def test_mirror_folder_that_is_not_there_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_DATA_MIRROR", str(tmp_path / "nowhere"))
    with pytest.raises(DataUnavailable, match="nowhere.*not in the mirror folder"):
        obtain(entry_for("http://127.0.0.1:9/closed"))


def test_fetch_by_name_and_report(serve, monkeypatch):
    assert report() == "No data used so far."
    server = serve(sends())
    monkeypatch.setitem(registry.ENTRIES, "probe", entry_for(server.url()))
    assert fetch("probe").read_bytes() == BODY
    assert report() == f"probe: downloaded from {server.url()}"


def test_fetch_of_an_unknown_name():
    with pytest.raises(ValueError, match=r"name must be one of gutenberg, .*, not 'mnist'"):
        fetch("mnist")


@pytest.mark.parametrize("text", ["soon", "-1", "0", "inf", "nan"])
def test_patience_must_be_a_number(text, monkeypatch):
    monkeypatch.setenv("COURSE_PATIENCE", text)
    with pytest.raises(ValueError, match=f"COURSE_PATIENCE must be .* not '{text}'"):
        download.patience()


def test_nothing_on_standard_error(serve):
    """There a graded cell would lose its points. In a process of its own, as a kernel is."""
    urls = serve(sends(WRONG)).url(), serve(sends()).url()
    code = (
        "from data_support import entry_for; from lib.data.store import obtain; "
        f"print(obtain(entry_for(*{urls!r})).source)"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("download\n", "")
