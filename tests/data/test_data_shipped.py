"""Shipped files, and the table of `python -m lib.data`."""

from __future__ import annotations

import subprocess
import sys

import pytest
from data_support import BODY, entry_for, sends

from lib.data import DataUnavailable, bundle, registry, report, shipped, text
from lib.data.__main__ import main


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(bundle, "shipped_folder", lambda: tmp_path)
    (tmp_path / "texts").mkdir()
    return tmp_path


def test_text(folder):
    (folder / "texts/cats.txt").write_bytes("Cats purr \u2013 often.\n".encode())
    assert text("cats") == "Cats purr \u2013 often.\n"
    assert report() == "cats: the course's own text, shipped with it"


@pytest.mark.parametrize("name", ["cats", "dogs", "reader"])
def test_every_text_is_there(name):
    assert len(text(name).split()) > 500


def test_unknown_text():
    with pytest.raises(ValueError, match="one of cats, dogs, reader, not 'birds'"):
        text("birds")


def test_missing_file_says_what_is_there(folder):
    (folder / "texts/dogs.txt").write_text("Dogs bark.")
    with pytest.raises(DataUnavailable) as caught:
        text("cats")
    message = str(caught.value)
    assert f"texts/cats.txt should come with the course but is not in {folder}" in message
    assert "in texts/: dogs.txt" in message
    assert "data/README.md" in message


@pytest.mark.parametrize("name", ["", "/etc/passwd", "../pyproject.toml", "texts/../../x", "a\\b"])
def test_shipped_stays_in_its_folder(name):
    with pytest.raises(ValueError, match="name must be a path below data/"):
        shipped(name)


def test_found_from_any_directory(tmp_path):
    code = "from lib.data import shipped; print(shipped('README.md').read_text()[:6])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "# data"


def test_installed_package_has_its_own_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(bundle, "_LIB", tmp_path / "lib")
    assert bundle.shipped_folder() == tmp_path / "data"
    (tmp_path / "lib/_shipped").mkdir(parents=True)
    assert bundle.shipped_folder() == tmp_path / "lib/_shipped"


@pytest.fixture
def only_probe(serve, monkeypatch):
    server = serve(sends())
    for name in list(registry.ENTRIES):
        monkeypatch.delitem(registry.ENTRIES, name)
    monkeypatch.setitem(registry.ENTRIES, "probe", entry_for(server.url()))
    return server


def test_table(only_probe, capsys):
    assert main([]) == 0
    before = capsys.readouterr().out
    row = next(line for line in before.splitlines() if line.startswith("probe"))
    assert row.split() == ["probe", "-", "102,400", "none", "a", "test"]
    assert "texts/cats.txt" in before
    assert "CC BY 4.0" in before
    assert main(["fetch", "probe"]) == 0
    capsys.readouterr()
    main([])
    row = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("probe"))
    assert row.split()[1] == "cache"


def test_fetch_all(only_probe, tmp_path, capsys):
    assert main(["fetch", "all"]) == 0
    assert capsys.readouterr().out == f"probe: {tmp_path / 'cache/probes/probe.bin'}\n"
    assert (tmp_path / "cache/probes/probe.bin").read_bytes() == BODY


def test_fetch_that_fails(only_probe, capsys, monkeypatch):
    monkeypatch.setitem(registry.ENTRIES, "probe", entry_for("http://127.0.0.1:9/closed"))
    assert main(["fetch", "probe"]) == 1
    assert "probe (Probe, 102,400 bytes) is not available. Tried:" in capsys.readouterr().err


def test_fetch_of_an_unknown_name(only_probe, capsys):
    with pytest.raises(SystemExit) as caught:
        main(["fetch", "glove"])
    assert caught.value.code == 2
    assert "no such data: glove; there is probe" in capsys.readouterr().err
