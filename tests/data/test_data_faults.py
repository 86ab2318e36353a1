"""`lib.data.fetch` when the disk is full, the cache can't be written, or processes collide."""

from __future__ import annotations

import errno
import hashlib
import multiprocessing
import subprocess

import pytest
from data_support import BODY, entry_for, fetch_in_child, hangs, head, left_in, sends
from filelock import FileLock

from lib.data import DataUnavailable, cache, download
from lib.data.store import obtain

CHILDREN = multiprocessing.get_context("spawn")
DIGEST = hashlib.sha256(BODY).hexdigest()


def test_cache_that_can_not_be_written(serve, tmp_path, monkeypatch, capsys):
    (tmp_path / "cache").write_text("a file where the folder should be")  # stops even root
    server = serve(sends())
    found = obtain(entry_for(server.url()))
    assert found.path.read_bytes() == BODY
    assert found.path.is_relative_to(cache.standby())
    said = capsys.readouterr().out
    assert f"The cache {tmp_path / 'cache'} can't take probe" in said
    assert "temporary folder" in said
    assert obtain(entry_for(server.url())).source == "cache"
    assert server.requests == 1


def _fill_up(monkeypatch, times: int) -> None:
    """Make the next `times` downloads end halfway in "No space left on device"."""
    whole = download._save
    calls = []

    def save(entry, url, output):
        calls.append(url)
        if len(calls) > times:
            return whole(entry, url, output)
        output.write_bytes(BODY[:1000])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(download, "_save", save)


def test_full_disk(serve, tmp_path, monkeypatch, capsys):
    _fill_up(monkeypatch, 1)
    found = obtain(entry_for(serve(sends()).url()))
    assert found.path.read_bytes() == BODY
    assert found.path.is_relative_to(cache.standby())
    assert "No space left on device" in capsys.readouterr().out
    assert left_in(tmp_path / "cache") == []


def test_full_disk_everywhere(serve, tmp_path, monkeypatch):
    _fill_up(monkeypatch, 2)
    with pytest.raises(DataUnavailable) as caught:
        obtain(entry_for(serve(sends()).url()))
    assert "writing to a temporary folder: No space left on device" in str(caught.value)
    assert left_in(tmp_path) == []


@pytest.fixture
def small_disk(tmp_path):
    """A real file system of 64 kB at the cache's place, where the machine lets us mount one."""
    at = tmp_path / "cache"
    at.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(at)]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"this machine mounts no tmpfs for us: {error}")
    yield at
    subprocess.run(["umount", str(at)], check=True)


def test_really_full_disk(serve, small_disk, capsys):
    found = obtain(entry_for(serve(sends()).url()))
    assert found.path.read_bytes() == BODY
    assert found.path.is_relative_to(cache.standby())
    assert "No space left on device" in capsys.readouterr().out
    assert left_in(small_disk) == []


def test_really_read_only_cache(serve, small_disk, capsys):
    small = BODY[:1000]
    kept = obtain(entry_for(serve(sends(small)).url(), body=small, name="kept"))
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    again = obtain(entry_for("http://127.0.0.1:9/closed", body=small, name="kept"))
    assert (again.source, again.path) == ("cache", kept.path)
    found = obtain(entry_for(serve(sends()).url()))
    assert found.path.is_relative_to(cache.standby())
    assert "Read-only file system" in capsys.readouterr().out


def test_standby_goes_with_the_process(tmp_path):
    code = "from lib.data import cache; print(cache.standby())"
    import sys

    made = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout.strip()
    assert made
    assert not (tmp_path / made).exists()


def test_processes_fetching_at_once_download_once(serve, tmp_path):
    def behave(server, connection):
        server.released.wait(0.3)  # long enough for the others to come
        sends()(server, connection)

    server = serve(behave)
    results = CHILDREN.Queue()
    arguments = (entry_for(server.url()), str(tmp_path / "cache"), results)
    children = [CHILDREN.Process(target=fetch_in_child, args=arguments) for _ in range(3)]
    for child in children:
        child.start()
    assert [results.get(timeout=60) for _ in children] == [DIGEST] * 3
    for child in children:
        child.join(60)
    assert server.requests == 1
    assert left_in(tmp_path / "cache") == ["probes/probe.bin"]


def test_killed_in_mid_download(serve, tmp_path):
    server = serve(hangs(head(length=len(BODY)) + BODY[:60_000]))
    results = CHILDREN.Queue()
    arguments = (entry_for(server.url()), str(tmp_path / "cache"), results)
    child = CHILDREN.Process(target=fetch_in_child, args=arguments)
    child.start()
    assert server.halfway.wait(60)
    child.kill()
    child.join(60)
    assert not (tmp_path / "cache/probes/probe.bin").exists()
    found = obtain(entry_for(serve(sends()).url()))  # takes over the dead process's lock
    assert found.path.read_bytes() == BODY
    assert left_in(tmp_path / "cache") == ["probes/probe.bin"]


def test_leftovers_of_a_killed_process_are_swept(serve, tmp_path):
    rooms = tmp_path / "cache/.unfinished"
    (rooms / "probe~dead").mkdir(parents=True)
    (rooms / "probe~dead/tmpabc").write_bytes(BODY[:10])
    (rooms / "other~alive").mkdir()
    (rooms / "other~alive/tmpdef").write_bytes(BODY[:10])
    obtain(entry_for(serve(sends()).url()))
    assert left_in(rooms) == ["other~alive/tmpdef"]


def test_file_system_without_locks(serve, tmp_path, monkeypatch):
    def refuse(*_arguments, **_more):
        raise NotImplementedError("this file system has no locks")

    monkeypatch.setattr(FileLock, "acquire", refuse)
    assert obtain(entry_for(serve(sends()).url())).path.read_bytes() == BODY
    assert left_in(tmp_path / "cache") == ["probes/probe.bin"]


def test_lock_that_is_never_given_back(serve, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(download, "budget", lambda entry: 0.1)  # so that the wait is short
    rooms = tmp_path / "cache/.unfinished"
    rooms.mkdir(parents=True)
    with FileLock(rooms / "probe.lock"):
        assert obtain(entry_for(serve(sends()).url())).path.read_bytes() == BODY
    assert "Another process is fetching probe" in capsys.readouterr().out


def test_interrupted_by_the_user(serve, tmp_path, monkeypatch):
    def interrupt(_url):
        yield BODY[:1000]
        raise KeyboardInterrupt

    monkeypatch.setattr(download, "receive", interrupt)
    with pytest.raises(KeyboardInterrupt):
        obtain(entry_for(serve(sends()).url()))
    assert left_in(tmp_path / "cache") == []
