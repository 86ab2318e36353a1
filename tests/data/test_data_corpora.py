"""`lib.data.corpus`: NLTK's texts wherever they are, checked, and the reader in their place."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import pytest
from data_support import left_in, listing_sha256, sends, write_zip

from lib.data import DataUnavailable, bundle, corpus, fetch, registry, report
from lib.data.verify import problem

MIRROR = os.environ.get("COURSE_DATA_MIRROR", "")
BOOKS = {
    "austen-emma.txt": b"[Emma by Jane Austen 1816]\n\nEmma Woodhouse, handsome\n",
    "blake-poems.txt": "Piping down the valleys wild, caf\xe9.\r\n".encode("latin1"),
}
PRESS = {
    "ca01": b"\n\n\tThe/at Fulton/np-tl County/nn-tl said/vbd ''/'' 1\\/2/cd ./.\n",
    "cb01": b"\n\tAssembly/nn-hl session/nn-hl\n\n\n\tMuch/ap good/nn ./.\n",
    "cats.txt": b"ca01 news\ncb01 editorial\n",
}
CLOSED = ("http://127.0.0.1:9/a", "http://127.0.0.1:9/b")


@pytest.fixture(autouse=True)
def small_corpora(monkeypatch):
    """The registry's corpora with two short texts each, and no server behind them."""
    for name, texts in (("gutenberg", BOOKS), ("brown", PRESS)):
        small = dataclasses.replace(
            registry.ENTRIES[name], sha256=listing_sha256(texts), urls=CLOSED, size=2000
        )
        monkeypatch.setitem(registry.ENTRIES, name, small)


def _unpacked(folder: Path, texts: dict[str, bytes], readme: bytes = b"about") -> Path:
    folder.mkdir(parents=True)
    for name, content in {**texts, "README": readme}.items():
        (folder / name).write_bytes(content)
    return folder


def _nltk_data(monkeypatch, base: Path) -> Path:
    monkeypatch.setenv("NLTK_DATA", str(base))
    return base / "corpora"


def _place(kind: str, folder: Path, name: str, texts: dict[str, bytes]) -> None:
    if kind == "zip":
        write_zip(folder / f"{name}.zip", {**texts, "README": b"about"})
    else:
        _unpacked(folder / name, texts)


@pytest.mark.parametrize("kind", ["zip", "folder"])
@pytest.mark.parametrize("where", ["nltk", "mirror"])
def test_gutenberg(kind, where, tmp_path, monkeypatch):
    if where == "nltk":
        folder = _nltk_data(monkeypatch, tmp_path / "own")
    else:
        monkeypatch.setenv("COURSE_DATA_MIRROR", str(tmp_path / "mirror"))
        folder = tmp_path / "mirror/nltk_data/corpora"
    _place(kind, folder, "gutenberg", BOOKS)
    books = corpus("gutenberg")
    assert (books.name, books.source, books.is_full) == ("gutenberg", where, True)
    assert books.title == "Project Gutenberg selections (NLTK)"
    assert "wild, caf\xe9." in books.raw()
    assert books.words()[:5] == ["[", "Emma", "by", "Jane", "Austen"]
    assert books.words()[-4:] == ["wild", ",", "caf\xe9", "."]


@pytest.mark.parametrize("kind", ["zip", "folder"])
def test_brown_comes_without_tags(kind, tmp_path, monkeypatch):
    _place(kind, _nltk_data(monkeypatch, tmp_path / "own"), "brown", PRESS)
    press = corpus("brown")
    assert press.is_full
    assert press.raw() == "The Fulton County said '' 1\\/2 .\nAssembly session\nMuch good ."
    assert press.words() == press.raw().split()


def test_download_of_a_corpus(serve, tmp_path, monkeypatch):
    packed = write_zip(tmp_path / "gutenberg.zip", BOOKS).read_bytes()
    server = serve(sends(packed))
    entry = registry.ENTRIES["gutenberg"]
    small = dataclasses.replace(entry, urls=(server.url(), CLOSED[0]), size=len(packed))
    monkeypatch.setitem(registry.ENTRIES, "gutenberg", small)
    assert corpus("gutenberg").source == "download"
    assert corpus("gutenberg").source == "cache"
    assert server.requests == 1
    assert left_in(tmp_path / "cache") == ["nltk_data/corpora/gutenberg.zip"]


def _zip_with(tmp_path, texts: dict[str, bytes]) -> bytes:
    return write_zip(tmp_path / "made/gutenberg.zip", texts).read_bytes()


@pytest.mark.parametrize("case", ["half a zip", "a book missing", "a book changed", "a page"])
def test_bad_download_of_a_corpus(case, serve, tmp_path, monkeypatch):
    whole = _zip_with(tmp_path, BOOKS)
    body = {
        "half a zip": whole[: len(whole) // 2],
        "a book missing": _zip_with(tmp_path, {"austen-emma.txt": BOOKS["austen-emma.txt"]}),
        "a book changed": _zip_with(tmp_path, {**BOOKS, "austen-emma.txt": b"Emma"}),
        "a page": b"<html>log in</html>",
    }[case]
    bad, good = serve(sends(body)), serve(sends(whole))
    entry = registry.ENTRIES["gutenberg"]
    small = dataclasses.replace(entry, urls=(bad.url(), good.url()), size=len(whole))
    monkeypatch.setitem(registry.ENTRIES, "gutenberg", small)
    assert fetch("gutenberg").read_bytes() == whole
    assert report() == f"gutenberg: downloaded from {good.url()}"


def test_damaged_texts_of_nltk_are_not_used(tmp_path, monkeypatch, capsys):
    folder = _nltk_data(monkeypatch, tmp_path / "own")
    _unpacked(folder / "gutenberg", {**BOOKS, "blake-poems.txt": b"Piping"})
    _place("zip", folder, "gutenberg", BOOKS)
    assert fetch("gutenberg") == folder / "gutenberg.zip"
    assert "its texts are incomplete or changed" in capsys.readouterr().out


@pytest.mark.parametrize("flip", [0x01, 0x10, 0x80])
def test_flipped_bit_in_a_zip(flip, tmp_path, monkeypatch):
    entry = registry.ENTRIES["gutenberg"]
    path = write_zip(_nltk_data(monkeypatch, tmp_path / "own") / "gutenberg.zip", BOOKS)
    whole = path.read_bytes()
    assert problem(entry, path) == ""
    found = 0
    for position in range(len(whole)):
        damaged = bytearray(whole)
        damaged[position] ^= flip
        path.write_bytes(damaged)
        if problem(entry, path):
            found += 1
        else:  # a byte without meaning, such as a date: the texts must be right
            assert _texts_of(path) == BOOKS
    assert found > len(whole) // 3


def _texts_of(path: Path) -> dict[str, bytes]:
    import zipfile

    with zipfile.ZipFile(path) as archive:
        return {name.rpartition("/")[2]: archive.read(name) for name in archive.namelist()}


def test_reader_stands_in_with_one_notice(capsys):
    books = corpus("gutenberg")
    assert (books.name, books.source, books.is_full) == ("gutenberg", "shipped", False)
    assert books.title == "the course's reader"
    assert books.raw() == bundle.text("reader")
    assert len(books.words()) > 1000
    said = capsys.readouterr().out
    corpus("gutenberg")
    assert capsys.readouterr().out == ""
    assert said.count("\n") == 1
    assert "could not be downloaded (127.0.0.1:9: no connection" in said
    assert "Using the course's own reader instead" in said
    assert 'corpus("gutenberg", retry=True)' in said
    assert "gutenberg: the course's reader in its place" in report()
    corpus("gutenberg", retry=True)
    assert capsys.readouterr().out == said


def test_no_reader_either(tmp_path, monkeypatch):
    monkeypatch.setattr(bundle, "shipped_folder", lambda: tmp_path)
    with pytest.raises(DataUnavailable, match=r"texts/reader\.txt should come with the course"):
        corpus("gutenberg")


def test_reader_by_its_own_name():
    own = corpus("reader")
    assert (own.source, own.is_full, own.raw()) == ("shipped", True, bundle.text("reader"))


def test_words_is_a_list_of_ones_own():
    own = corpus("reader")
    own.words().clear()
    assert own.words()


def test_unknown_corpus():
    with pytest.raises(ValueError, match="one of gutenberg, brown, reader, not 'wikipedia'"):
        corpus("wikipedia")


@pytest.mark.skipif(not MIRROR, reason="COURSE_DATA_MIRROR names no folder with the real corpora")
class TestRealCorpora:
    """The registry's own facts, against the files themselves and against NLTK's reading."""

    @pytest.fixture(autouse=True)
    def real(self, small_corpora, monkeypatch):
        monkeypatch.undo()

    def test_gutenberg_as_nltk_reads_it(self):
        books = corpus("gutenberg")
        assert books.is_full
        assert len(books.raw()) == 11_793_318
        assert books.words()[:4] == ["[", "Emma", "by", "Jane"]
        from nltk.corpus import gutenberg

        poems = list(gutenberg.words("blake-poems.txt"))
        words = books.words()
        assert any(
            words[at : at + len(poems)] == poems
            for at, word in enumerate(words)
            if word == "[" and words[at + 1] == "Poems"
        )

    def test_brown_as_nltk_reads_it(self):
        press = corpus("brown")
        words = press.words()
        from nltk.corpus import brown

        first = list(brown.words("ca01"))
        assert words[: len(first)] == first
        assert len(words) == 1_161_192
