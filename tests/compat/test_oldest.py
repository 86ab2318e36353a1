"""The chapters' notebooks where a learner's Colab is oldest: at `pyproject.toml`'s lower bounds.

Torch is the exception: CPU builds as old as its bound are hard to come by, so the torch that runs
these tests is linked into the old environment. That is made once, in `.cache/`.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import venv
from pathlib import Path

import nbformat
import pytest
import torch

from lib.project import ROOT, notebooks
from lib.project.environment import venv_python
from lib.project.settings import repository

tomllib = pytest.importorskip("tomllib", reason="Python 3.10 can't read TOML by itself")
HERE = Path(__file__).parent

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        sys.version_info >= (3, 12), reason="numpy 1.26 and its age have no wheels for this Python"
    ),
]

#: What Colab brings besides, as old as it was in 2024, and what torch itself needs.
BESIDES = ["ipykernel==6.17.1", "nbclient", "sympy", "networkx", "jinja2", "fsspec", "setuptools"]


def oldest() -> list[str]:
    """The lower bounds of the course's dependencies, as exact versions."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    bounds = [need.replace(">=", "==") for need in project["dependencies"]]
    return [need for need in bounds if not need.startswith("torch==")]


@pytest.fixture(scope="session")
def old_python() -> Path:
    """The interpreter of an environment with the oldest versions; made if they changed."""
    wanted = [*oldest(), *BESIDES]
    text = "\n".join([sys.version, torch.__version__, torch.__file__, *wanted])
    folder = ROOT / ".cache" / f"oldest-{hashlib.sha256(text.encode()).hexdigest()[:12]}"
    python, stamp = venv_python(folder), folder / "ready"
    if not stamp.exists():
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *wanted], check=True)
        where = [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
        packages = Path(subprocess.run(where, capture_output=True, text=True).stdout.strip())
        for found in Path(torch.__file__).parents[1].glob("*torch*"):
            if re.match(r"(torch|torchgen|functorch)(-.*info)?$", found.name):
                (packages / found.name).symlink_to(found)
        stamp.write_text(text)
    return python


@pytest.fixture
def colab(tmp_path: Path) -> dict[str, str]:
    """Variables of a machine that looks like Colab: nothing cached, no network."""
    for name in ("home", "elsewhere"):
        (tmp_path / name).mkdir()
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    return {
        **kept,
        "PYTHONPATH": os.pathsep.join([str(HERE / "colab"), str(ROOT)]),
        "COLAB_LOG": str(tmp_path / "log"),
        "HOME": str(tmp_path / "home"),
        "OMP_NUM_THREADS": "1",
    }


def test_the_environment_is_as_old_as_it_says(old_python):
    code = "import importlib.metadata as m, sys; print(*map(m.version, sys.argv[1:]), sep='\\n')"
    asked = dict(need.split("==") for need in oldest())
    done = subprocess.run([old_python, "-c", code, *asked], capture_output=True, text=True)
    for found, (name, bound) in zip(done.stdout.split(), asked.items(), strict=True):
        assert re.fullmatch(rf"{re.escape(bound)}(\.0)*", found), (name, found, done.stderr)


@pytest.mark.parametrize("source", notebooks.chapters(), ids=lambda source: source.stem)
def test_a_chapter_runs_on_an_old_colab(source, old_python, colab, tmp_path):
    elsewhere, target = tmp_path / "elsewhere", tmp_path / "done.ipynb"
    command = [old_python, HERE / "execute.py", source.with_suffix(".ipynb"), target]
    done = subprocess.run(command, cwd=elsewhere, env=colab, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-4000:]
    assert list(elsewhere.iterdir()) == []

    asked = Path(colab["COLAB_LOG"]).read_text().splitlines()
    assert len(asked) == 3 and asked[2] == "custom widgets"
    assert asked[1] == f"pip install --quiet --no-deps {repository().archive}"
    cells = [c for c in nbformat.read(target, as_version=4).cells if c.cell_type == "code"]
    shown = [out.get("data", {}) for cell in cells for out in cell.outputs]
    assert any("Plotly.newPlot" in data.get("text/html", "") for data in shown)  # Colab's own way
    assert any("application/vnd.jupyter.widget-view+json" in data for data in shown)
