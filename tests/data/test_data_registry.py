"""The registry's facts, checked against the files where a mirror folder has them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from data_support import entry_for

from lib.data.registry import ENTRIES, Entry, entry
from lib.data.verify import problem

MIRROR = os.environ.get("COURSE_DATA_MIRROR", "")


@pytest.mark.skipif(not MIRROR, reason="COURSE_DATA_MIRROR names no folder with the real files")
@pytest.mark.parametrize("name", ENTRIES)
def test_real_file(name):
    known = ENTRIES[name]
    at = Path(MIRROR) / known.path
    if not at.exists() and known.members is not None:
        at = at.with_suffix("")
    assert problem(known, at) == ""


@pytest.mark.parametrize("known", ENTRIES.values(), ids=ENTRIES)
def test_entry_is_complete(known):
    hosts = {url.split("/")[2] for url in known.urls}
    assert len(hosts) == len(known.urls) >= 2, "a mirror on the same host is no mirror"
    assert all(url.startswith("https://") for url in known.urls)
    assert known.license and known.purpose and known.title
    assert ENTRIES[known.name] is known


def test_paths_do_not_collide():
    assert len({known.path for known in ENTRIES.values()}) == len(ENTRIES)


def test_unknown_name():
    with pytest.raises(ValueError, match="name must be one of gutenberg, brown"):
        entry("glove")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"urls": ("https://one.example/a",)}, "urls must hold"),
        ({"sha256": "abc"}, "sha256 must have 64"),
        ({"path": "../a"}, "path must stay below"),
        ({"path": "/etc/passwd"}, "path must stay below"),
    ],
)
def test_bad_entry(change, message):
    facts = {**vars(entry_for("http://127.0.0.1:9/a")), **change}
    with pytest.raises(ValueError, match=message):
        Entry(**facts)


def test_no_torch_and_no_nltk_on_import():
    code = "import sys, lib.data; print(*{'torch', 'nltk'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
