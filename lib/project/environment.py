"""The course's own virtual environment: made once, renewed when the pins change."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

from lib.project import ROOT

VENV = ROOT / ".venv"
OLDEST_PYTHON = (3, 10)


def venv_python(folder: Path = VENV) -> Path:
    """The interpreter of the virtual environment, on Windows and elsewhere."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def inside(folder: Path = VENV) -> bool:
    """Whether this process already runs in the environment (or was told to stay put)."""
    return bool(os.environ.get("COURSE_NO_VENV")) or Path(sys.prefix).resolve() == folder.resolve()


def pins() -> str:
    """A fingerprint of everything that decides what gets installed."""
    digest = hashlib.sha256()
    for name in ("requirements.txt", "pyproject.toml"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def ensure_environment() -> Path:
    """Make or renew `.venv` and return its interpreter.

    Raises
    ------
    SystemExit
        If Python is too old, or pip can't install the pinned packages.
    """
    if sys.version_info < OLDEST_PYTHON:
        needed, found = ".".join(map(str, OLDEST_PYTHON)), sys.version.split()[0]
        raise SystemExit(f"The course needs Python {needed} or newer; this is {found}.")
    python, stamp, wanted = venv_python(), VENV / "installed-pins", pins()
    if python.exists() and stamp.exists() and stamp.read_text() == wanted:
        return python
    if not python.exists():
        print(f"Making a virtual environment in {VENV.name}/ ...", flush=True)
        venv.create(VENV, with_pip=True)
    print("Installing the pinned packages (a few minutes the first time) ...", flush=True)
    install = [python, "-m", "pip", "install", "--quiet", "-r", "requirements.txt"]
    if subprocess.run(install, cwd=ROOT).returncode:
        raise SystemExit("pip could not install requirements.txt; its message is above.")
    stamp.write_text(wanted)
    return python


def reenter(arguments: list[str]) -> int:
    """Run `python -m lib.project ARGUMENTS` again inside the environment."""
    python = ensure_environment()
    return subprocess.run([python, "-m", "lib.project", *arguments], cwd=ROOT).returncode


def activated() -> dict[str, str]:
    """The variables of an activated environment: nbgrader, say, calls other tools by name."""
    scripts = str(Path(sys.executable).parent)
    path = os.environ.get("PATH", "")
    if scripts not in path.split(os.pathsep):
        path = os.pathsep.join([scripts, path])
    return {**os.environ, "PATH": path, "VIRTUAL_ENV": sys.prefix}
