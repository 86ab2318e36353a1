"""Kernels behind walls for plain Jupyter tools: a provisioner that nbgrader can be told to use.

Registered as ``course-bubblewrap`` and ``course-container``; chosen for all kernels by the
environment variable ``JUPYTER_DEFAULT_PROVISIONER_NAME`` or by
``c.KernelProvisionerFactory.default_provisioner_name``. The kernel sees copies of the files in its
folder, and nothing that it writes comes back but its messages.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import tempfile
import threading
from dataclasses import asdict
from typing import Any

from jupyter_client.provisioning import LocalProvisioner

from lib.grading import container, sandbox
from lib.grading.children import LIBRARIES, tree_memory
from lib.grading.limits import Limits

GIVEN = f"{sandbox.ROOM}/given"
NOBODY = 65534
PASSED_ON = ("NBGRADER_EXECUTION", "NBGRADER_VALIDATING", "COURSE_CHECK_SEED")


class WalledProvisioner(LocalProvisioner):
    """What both kinds of walls share: sockets in a folder of their own, interrupts by message."""

    limits = Limits()
    folder: str = ""

    def around(self, command: list[str], given: str, env: dict[str, str]) -> list[str]:
        """The kernel's command with the walls around it."""
        raise NotImplementedError

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Use sockets that need no network, and put the walls around the command.

        Raises
        ------
        SandboxError
            If there are no walls to be had here.
        """
        self.folder = self.folder or tempfile.mkdtemp(prefix="kernel-")
        manager = self.parent
        manager.transport = "ipc"
        manager.ip = f"{self.folder}/s"  # absolute: a relative name hangs
        manager.connection_file = f"{self.folder}/kernel.json"
        self.kernel_spec.interrupt_mode = "message"
        kwargs = await super().pre_launch(**kwargs)
        if sandbox.privileged():
            for path in (self.folder, manager.connection_file):
                os.chown(path, NOBODY, NOBODY)
        given = str(kwargs.pop("cwd", None) or os.getcwd())
        env = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        kwargs["cmd"] = self.around(kwargs["cmd"], given, env)
        return kwargs

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Start it, and watch the memory of all its processes."""
        info = await super().launch_kernel(cmd, cwd="/", **kwargs)
        watch = threading.Thread(target=self._watch, args=(self.process,), daemon=True)
        watch.start()
        return info

    def _watch(self, process: Any) -> None:
        pidfd = os.pidfd_open(process.pid)
        most = (self.limits.memory_mb << 20) + LIBRARIES
        pause = threading.Event()
        while process.poll() is None and not pause.wait(0.5):
            if tree_memory(pidfd) > most:
                signal.pidfd_send_signal(pidfd, signal.SIGKILL)
        os.close(pidfd)

    async def cleanup(self, restart: bool = False) -> None:
        """Remove the folder of the sockets."""
        await super().cleanup(restart)
        if not restart:
            shutil.rmtree(self.folder, ignore_errors=True)


class BubblewrapProvisioner(WalledProvisioner):
    """A kernel inside bubblewrap."""

    def around(self, command: list[str], given: str, env: dict[str, str]) -> list[str]:
        reason = sandbox.refusal()
        if reason:
            raise sandbox.SandboxError(reason)
        prefix, _ = sandbox.memory_guard(self.limits.memory_mb + 1024)
        walls = sandbox.bubblewrap(
            scratch_mb=self.limits.scratch_mb,
            binds=((self.folder, self.folder),),
            shown=((given, GIVEN),),
        )
        for name, value in env.items():
            walls += ["--setenv", name, value]
        told = json.dumps(asdict(self.limits) | {"given": GIVEN})
        return [*prefix, *walls, *sandbox.inside("run", told, *command)]


class ContainerProvisioner(WalledProvisioner):
    """A kernel inside a Docker or Podman container."""

    def around(self, command: list[str], given: str, env: dict[str, str]) -> list[str]:
        walls, image = container.walls(self.limits, container.engine()), container.image()
        walls += ["--volume", f"{self.folder}:{self.folder}", "--volume", f"{given}:{GIVEN}:ro"]
        for name, value in env.items():
            walls += ["--env", f"{name}={value}"]
        told = json.dumps(asdict(self.limits) | {"given": GIVEN})
        inside = ["python", "-s", "-m", "lib.grading.inside", "run", told, "python", *command[1:]]
        return [*walls, image, *inside]
