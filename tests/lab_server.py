"""A JupyterLab of a test's own, with nobody's settings."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from lib.project.environment import activated

TOKEN = "only-for-this-test"
PATIENCE = 180_000  # milliseconds


@contextlib.contextmanager
def lab_server(folder: Path, home: Path) -> Iterator[str]:
    """Serve a folder; give the address of the Lab's workspaces. Settings and log go to `home`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root"]
    command += [
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        "--ServerApp.ip=127.0.0.1",
    ]
    command += [f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={folder}"]
    own = {f"JUPYTER_{kind}_DIR": str(home / kind) for kind in ("CONFIG", "DATA", "RUNTIME")}
    with (home / "log").open("w") as log:
        server = subprocess.Popen(
            command, cwd=folder, env={**activated(), **own}, stdout=log, stderr=log
        )
        try:
            _wait_until_up(f"http://127.0.0.1:{port}/api", server, home / "log")
            yield f"http://127.0.0.1:{port}/lab/workspaces"
        finally:
            server.terminate()
            server.wait(timeout=60)


def _wait_until_up(address: str, server: subprocess.Popen, log: Path) -> None:
    while server.poll() is None:
        try:
            urllib.request.urlopen(address)
            return
        except urllib.error.HTTPError:
            return  # it answers: the token is missing, that is all
        except OSError:
            time.sleep(0.3)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text()}")
