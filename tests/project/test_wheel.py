"""What Colab installs: lib with its data, and nothing that pulls another torch."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lib.project import ROOT

tomllib = pytest.importorskip("tomllib", reason="Python 3.10 can't read TOML by itself")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def test_every_package_is_listed():
    folders = {path.parent.relative_to(ROOT) for path in (ROOT / "lib").rglob("__init__.py")}
    named = {".".join(folder.parts) for folder in folders}
    assert named | {"lib._shipped"} == set(PROJECT["tool"]["setuptools"]["packages"])


def test_only_lower_bounds():
    lists = [
        PROJECT["project"]["dependencies"],
        *PROJECT["project"]["optional-dependencies"].values(),
    ]
    assert not [need for needs in lists for need in needs if "==" in need or "~=" in need]


@pytest.mark.slow
def test_installed_elsewhere_it_brings_its_data(tmp_path: Path):
    def pip(*words: str) -> None:
        command = [sys.executable, "-m", "pip", "--quiet", *words]
        subprocess.run(command, cwd=tmp_path, check=True)

    for folder in ("lib", "data"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path)
    pip("install", "--no-deps", "--target", "site", ".")
    code = """
import lib.data, lib.widgets
assert "site" in lib.__file__, lib.__file__
assert len(lib.data.text("cats")) > 5000
assert lib.data.letter_counts("gutenberg", 2)[1].sum() > 10**6
lib.widgets.NGramSampler("abc")
"""
    here = tmp_path / "elsewhere"
    here.mkdir()
    path = {"PYTHONPATH": str(tmp_path / "site")}
    subprocess.run([sys.executable, "-c", code], cwd=here, env=path, check=True)
