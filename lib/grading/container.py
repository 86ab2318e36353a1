"""The container sandbox, for machines without bubblewrap: Docker or Podman, one per submission.

The image must hold the course's environment; name it in ``COURSE_GRADING_IMAGE``.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import asdict

from lib.grading.limits import Limits
from lib.grading.sandbox import COURSE, HOME_ENV, REMEDY, SCRATCH, SandboxError

IMAGE = "COURSE_GRADING_IMAGE"


def engine() -> str:
    """The container engine that answers here.

    Raises
    ------
    SandboxError
        If there is none.
    """
    for name in ("podman", "docker"):
        if shutil.which(name):
            tried = subprocess.run([name, "info"], capture_output=True, timeout=30)
            if tried.returncode == 0:
                return name
    raise SandboxError(f"No container engine answers (tried podman and docker). {REMEDY}")


def image() -> str:
    """The image that the environment names.

    Raises
    ------
    SandboxError
        If it names none.
    """
    named = os.environ.get(IMAGE)
    if not named:
        raise SandboxError(f"Set {IMAGE} to an image that holds the course's environment.")
    return named


def walls(limits: Limits, found: str) -> list[str]:
    """A container with no network, no rights and one place to write; an image must follow."""
    memory = f"{limits.memory_mb + 1024}m"
    size = f"rw,noexec,nosuid,nodev,size={limits.scratch_mb}m,mode=1777"
    command = [found, "run", "--rm", "-i", "--network", "none", "--read-only", "--init"]
    command += ["--cap-drop", "ALL", "--security-opt", "no-new-privileges"]
    command += ["--user", "65534:65534", "--pids-limit", str(limits.processes + 8)]
    command += ["--memory", memory, "--memory-swap", memory, "--ipc", "private"]
    command += ["--tmpfs", f"/tmp:{size}", "--workdir", "/tmp"]
    own = {"HOME": "/tmp", "TMPDIR": "/tmp", "PYTHONPATH": "/course"}
    for folder in ("lib", "data"):
        command += ["--volume", f"{COURSE / folder}:/course/{folder}:ro"]
    for name, value in {**HOME_ENV, **own}.items():
        if name != "PATH":
            command += ["--env", f"{name}={value.replace(SCRATCH, '/tmp')}"]
    return command


def command(limits: Limits) -> list[str]:
    """The command that starts one process of a submission in a container."""
    told = json.dumps(asdict(limits) | {"walled": True, "scratch": "/tmp"})
    start = ["python", "-s", "-m", "lib.grading.inside", "kernel", told]
    return [*walls(limits, engine()), image(), *start]
