"""Build the walls around learners' code from outside: bubblewrap, and why it can't be had.

Only what is listed here can be seen from inside: the interpreter, the environment's packages,
`lib` and `data`, all read-only. No network, no home, no course folder, no other process.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

COURSE = Path(__file__).resolve().parents[2]
PLACES = (sys.prefix, sys.base_prefix, str(COURSE))
# The one place to write. A course that lies in /tmp itself must not be covered by it.
ROOM = "/scratch" if any(place.startswith("/tmp/") for place in PLACES) else "/tmp"
SCRATCH = f"{ROOM}/work"
MAP = Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")
SYSTEM = ("/usr/lib", "/usr/lib64", "/usr/lib32", "/lib", "/lib64", "/etc/ld.so.cache")
SYSTEM += ("/usr/share/zoneinfo", "/etc/localtime", "/usr/share/locale/C.utf8")
HOME_ENV = {
    "HOME": SCRATCH,
    "TMPDIR": ROOM,
    "PATH": "/usr/bin",
    "LANG": "C.UTF-8",
    "IPYTHONDIR": f"{SCRATCH}/.ipython",
    "NBGRADER_EXECUTION": "autograde",
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
}


PROBE = "from lib.grading.inside import walls; walls.step_down(); import lib.grading.limits"


class SandboxError(RuntimeError):
    """No sandbox can be had here. The message says why and what to do."""


REMEDY = (
    "Remedies: on Linux install bubblewrap (`sudo apt install bubblewrap`); on macOS and Windows "
    "grade in WSL2 or with Docker or Podman (sandbox 'container'). Grading without walls lets any "
    "submission read and change everything you can: only with the explicit option 'unsafe', on a "
    "machine with nothing of value, and the audit log will say so."
)


@functools.cache
def refusal() -> str:
    """Why bubblewrap can't be used here, with the remedy; empty if it can."""
    if sys.platform != "linux":
        return f"bubblewrap needs Linux, and this is {sys.platform}. {REMEDY}"
    if not shutil.which("bwrap"):
        return f"bubblewrap is not installed (no command 'bwrap'). {REMEDY}"
    try:
        tried = subprocess.run(
            [*bubblewrap(), sys.executable, "-s", "-c", PROBE],
            capture_output=True,
            text=True,
            timeout=20,
            env={},
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"bubblewrap does not start: {error}. {REMEDY}"
    if tried.returncode == 0:
        return ""
    said = tried.stderr.strip()
    return f"bubblewrap can't build its walls: {said[-300:]}. {_cause(said)}{REMEDY}"


def _cause(said: str = "") -> str:
    """What usually stands behind it, with what to do."""
    if MAP.exists() and MAP.read_text().strip() == "1":
        return (
            "Ubuntu's AppArmor forbids it: add a profile for bwrap (/etc/apparmor.d/bwrap with "
            "'userns,') or set kernel.apparmor_restrict_unprivileged_userns=0. "
        )
    if Path("/.dockerenv").exists() or Path("/run/.containerenv").exists():
        return (
            "This is a container that forbids user namespaces: start it with "
            "'--security-opt seccomp=unconfined --security-opt apparmor=unconfined', "
            "or grade outside it. "
        )
    if privileged() and "Permission denied" in said:
        return (
            "Run by root, learners' code runs as 'nobody', who must be able to read the Python "
            "environment and the course's lib: chmod -R a+rX them, or run as an ordinary user. "
        )
    limit = Path("/proc/sys/user/max_user_namespaces")
    if limit.exists() and limit.read_text().strip() == "0":
        return "User namespaces are off: set user.max_user_namespaces to 10000 with sysctl. "
    return ""


def privileged() -> bool:
    """Is this root with its powers, so that bubblewrap can step down to nobody?"""
    if os.geteuid() != 0:
        return False
    held = next(
        line for line in Path("/proc/self/status").read_text().splitlines() if "CapEff" in line
    )
    needed = (1 << 6) | (1 << 7) | (1 << 21)  # set groups, set users, administer
    return int(held.split()[1], 16) & needed == needed


def bubblewrap(
    *,
    scratch_mb: int = 64,
    binds: tuple[tuple[str, str], ...] = (),
    shown: tuple[tuple[str, str], ...] = (),
) -> list[str]:
    """The command line that puts what follows it behind walls.

    Parameters
    ----------
    scratch_mb : int
        Size of each writable folder, in MiB; they live in memory.
    binds : tuple of (outside, inside)
        Further folders that can be written from inside.
    shown : tuple of (outside, inside)
        Further folders that can be read from inside.

    Returns
    -------
    list of str
        To be followed by a command.
    """
    size = str(scratch_mb << 20)
    command = ["bwrap", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"]
    command += ["--unshare-cgroup-try", "--die-with-parent", "--new-session", "--clearenv"]
    command += ["--cap-drop", "ALL", "--hostname", "course"]
    if privileged():  # our own first step inside is to become nobody
        command += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        command += ["--unshare-user", "--uid", "1000", "--gid", "1000"]
    for parent in _parents(visible()):  # bubblewrap itself would make them for root only
        command += ["--perms", "0755", "--dir", parent]
    for path in visible():
        command += _bind(path)
    command += ["--proc", "/proc", "--dev", "/dev"]
    for path in (ROOM, "/dev/shm"):
        command += ["--size", size, "--perms", "1777", "--tmpfs", path]
    command += ["--perms", "0777", "--dir", SCRATCH]
    for outside, inside in binds:
        command += ["--bind", outside, inside]
    for outside, inside in shown:
        command += ["--ro-bind", outside, inside]
    command += ["--remount-ro", "/", "--chdir", SCRATCH]
    for name, value in HOME_ENV.items():
        command += ["--setenv", name, value]
    return command


def _parents(paths: tuple[str, ...]) -> list[str]:
    found = {str(parent) for path in paths for parent in Path(path).parents}
    return sorted(found - {"/"}, key=len)


def _bind(path: str) -> list[str]:
    if os.path.islink(path) and path.count("/") == 1:
        return ["--symlink", os.readlink(path), path]
    return ["--ro-bind", path, path]


@functools.cache
def visible() -> tuple[str, ...]:
    """The folders and files that can be read from inside."""
    paths = [path for path in SYSTEM if os.path.exists(path)]
    for prefix in dict.fromkeys((sys.prefix, sys.base_prefix)):
        if prefix in ("/usr", "/usr/local"):
            names = ("purelib", "stdlib", "platlib", "platstdlib")
            paths += [sysconfig.get_path(name) for name in names]
            paths += [str(lib) for lib in Path(prefix, "lib").glob("libpython*")]
        else:
            paths.append(prefix)
    interpreter = Path(sys.executable)
    while True:  # each step of the chain of links to the interpreter
        paths.append(str(interpreter))
        if not interpreter.is_symlink():
            break
        interpreter = Path(os.path.normpath(interpreter.parent / interpreter.readlink()))
    paths += [str(COURSE / "lib"), str(COURSE / "data")]
    return _outermost([path for path in paths if path and os.path.exists(path)])


def _outermost(paths: list[str]) -> tuple[str, ...]:
    kept: list[str] = []
    for path in sorted(dict.fromkeys(paths), key=len):
        if not any(path.startswith(outer + "/") for outer in kept):
            kept.append(path)
    return tuple(kept)


def inside(*arguments: str) -> list[str]:
    """The command that starts the small kernel or its template with this interpreter."""
    return [sys.executable, "-s", "-m", "lib.grading.inside", *arguments]


def memory_guard(limit_mb: int) -> tuple[list[str], str]:
    """What to put before a command so that the kernel caps memory over all its processes.

    Returns
    -------
    list of str, str
        The prefix (empty if there is none to be had) and what caps memory, in words.
    """
    own = Path("/proc/self/cgroup")
    v2 = own.exists() and own.read_text().startswith("0::")
    if v2 and shutil.which("systemd-run") and os.environ.get("XDG_RUNTIME_DIR"):
        prefix = ["systemd-run", "--user", "--scope", "--quiet", "--collect"]
        prefix += ["-p", f"MemoryMax={limit_mb}M", "-p", "MemorySwapMax=0", "-p", "TasksMax=512"]
        if subprocess.run([*prefix, "true"], capture_output=True).returncode == 0:
            return prefix, "cgroup v2"
    return [], "limits for each process and a watcher over all of them"
