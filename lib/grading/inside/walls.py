"""Walls that a process raises around itself before any learner's code runs.

Linux only. `fork_apart` gives a child its own user, process, mount, network and IPC spaces with a
fresh scratch folder; `restrict` takes the last privileges away: capabilities, limits, and system
calls that a course needs never. Each step that fails raises `OSError`: no half-built wall.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import struct
from typing import Any

NEW = {
    "mount": 0x00020000, "cgroup": 0x02000000, "uts": 0x04000000, "ipc": 0x08000000,
    "user": 0x10000000, "pid": 0x20000000, "net": 0x40000000,
}  # fmt: skip
RDONLY, NOSUID, NODEV, NOEXEC, REC, PRIVATE = 1, 2, 4, 8, 0x4000, 1 << 18
LEARNER_ID = 1000
_libc = ctypes.CDLL(None, use_errno=True)


def _check(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def step_down() -> None:
    """Give up root for good: nobody's user and groups. Nothing if not root."""
    if os.getuid() == 0 and _holds_setuid():
        os.setgroups([])
        os.setresgid(65534, 65534, 65534)
        os.setresuid(65534, 65534, 65534)
    _check(_libc.prctl(38, 1, 0, 0, 0), "no_new_privs")


def _holds_setuid() -> bool:
    with open("/proc/self/status") as file:
        held = next(line for line in file if line.startswith("CapEff"))
    return bool(int(held.split()[1], 16) & (1 << 7))


def leave() -> None:
    """Enter new spaces for users, mounts, network and IPC; forks enter a new process space."""
    uid, gid = os.getuid(), os.getgid()
    _check(_libc.prctl(4, 1, 0, 0, 0), "dumpable")  # else its own /proc/self belongs to root
    _check(_libc.unshare(sum(NEW.values())), "unshare")
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{LEARNER_ID} {uid} 1"),
        ("gid_map", f"{LEARNER_ID} {gid} 1"),
    ):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


def furnish(scratch_mb: int) -> None:
    """Fresh memory-backed folders over every place that could be written or looked through."""
    _mount(None, "/", None, REC | PRIVATE)
    quiet = NOSUID | NODEV | NOEXEC
    room = os.environ["TMPDIR"]  # set by the walls around us: `lib.grading.sandbox`
    _mount("tmpfs", room, "tmpfs", quiet, f"size={scratch_mb}m,nr_inodes=8192,mode=0700")
    for hidden in ("/proc", "/dev/pts", "/dev/shm"):
        _mount("tmpfs", hidden, "tmpfs", quiet | RDONLY, "size=4k,nr_inodes=2,mode=0555")
    os.mkdir(f"{room}/work")
    os.chdir(f"{room}/work")


def _mount(source: str | None, target: str, kind: str | None, flags: int, data: str = "") -> None:
    parts = [text.encode() if text is not None else None for text in (source, target, kind)]
    _check(_libc.mount(*parts, ctypes.c_ulong(flags), data.encode() or None), f"mount {target}")


def restrict(limits: dict[str, Any], *, grows: int = 0, netlink: bool = False) -> None:
    """Limits for this process and its children, no capabilities, fewer system calls.

    Parameters
    ----------
    limits : dict
        See `lib.grading.limits.Limits`.
    grows : int
        Bytes that the libraries will take, where they are not loaded yet.
    netlink : bool
        Allow asking for the (private) network's devices, which ZeroMQ does.
    """
    drop_capabilities()
    _set_limits(limits, grows)
    _check(_libc.prctl(38, 1, 0, 0, 0), "no_new_privs")
    program = filter_program(platform.machine(), (16,) if netlink else ())
    if program:
        _install(program)


def _set_limits(limits: dict[str, Any], grows: int) -> None:
    taken = _sizes()
    room = int(limits["memory_mb"]) << 20
    cpu = int(limits["cpu_s"])
    caps = {
        "DATA": taken["VmData"] + grows + room,
        "AS": taken["VmSize"] + 8 * grows + 2 * room + (1 << 30),
        "CPU": (cpu, cpu + 2),
        "FSIZE": int(limits["file_mb"]) << 20,
        "NOFILE": int(limits["files"]),
        "NPROC": int(limits["processes"]) + taken["processes"],
        "CORE": 0,
        "MEMLOCK": 0,
        "MSGQUEUE": 0,
        "SIGPENDING": 1024,
        "RTPRIO": 0,
    }
    for name, cap in caps.items():
        number = getattr(resource, f"RLIMIT_{name}", None)
        if number is not None:
            soft, hard = cap if isinstance(cap, tuple) else (cap, cap)
            most = resource.getrlimit(number)[1]
            if most != resource.RLIM_INFINITY:
                soft, hard = min(soft, most), min(hard, most)
            resource.setrlimit(number, (soft, hard))


def _sizes() -> dict[str, int]:
    """What this process has already, in bytes; from before /proc was hidden if need be."""
    if not _BEFORE:
        look()
    return _BEFORE


_BEFORE: dict[str, int] = {}


def look() -> None:
    """Note the process's size while /proc can still be read."""
    found = {"VmData": 0, "VmSize": 0, "processes": 0}
    try:
        with open("/proc/self/status") as file:
            for line in file:
                name, _, rest = line.partition(":")
                if name in found:
                    found[name] = int(rest.split()[0]) << 10
    except OSError:
        pass
    major, minor = (int(part) for part in platform.release().split(".")[:2])
    if (major, minor) < (5, 14):  # processes are counted over the whole machine
        found["processes"] = sum(
            1 for name in os.listdir("/proc") if name.isdigit() and _owner(name) == os.getuid()
        )
    _BEFORE.update(found)


def _owner(pid: str) -> int:
    try:
        return os.stat(f"/proc/{pid}").st_uid
    except OSError:
        return -1


def drop_capabilities() -> None:
    """No capability, now or after an exec."""
    for number in range(64):
        if _libc.prctl(24, number, 0, 0, 0) != 0:  # no right to, or no such capability
            break
    header = struct.pack("=Ii", 0x20080522, 0)
    _check(_libc.capset(header, bytes(24)), "capset")


# System calls refused, by name, for the two machines the course is graded on.
REFUSED = {
    "x86_64": {
        "ptrace": 101, "syslog": 103, "personality": 135, "pivot_root": 155, "chroot": 161,
        "acct": 163, "mount": 165, "umount2": 166, "swapon": 167, "reboot": 169,
        "init_module": 175, "quotactl": 179, "lookup_dcookie": 212, "mbind": 237,
        "set_mempolicy": 238, "kexec_load": 246, "add_key": 248, "request_key": 249,
        "keyctl": 250, "migrate_pages": 256, "unshare": 272, "move_pages": 279,
        "perf_event_open": 298, "fanotify_init": 300, "name_to_handle_at": 303,
        "open_by_handle_at": 304, "setns": 308, "process_vm_readv": 310,
        "process_vm_writev": 311, "kcmp": 312, "finit_module": 313, "memfd_create": 319,
        "kexec_file_load": 320, "bpf": 321, "userfaultfd": 323, "shmget": 29, "msgget": 68,
        "semget": 64, "mq_open": 240, "io_uring_setup": 425, "open_tree": 428,
        "move_mount": 429, "fsopen": 430, "fsconfig": 431, "fsmount": 432, "pidfd_getfd": 438,
        "mount_setattr": 442, "memfd_secret": 447,
    },
    "aarch64": {
        "unshare": 97, "setns": 268, "ptrace": 117, "syslog": 116,
        "personality": 92, "pivot_root": 41, "chroot": 51, "acct": 89, "mount": 40,
        "umount2": 39, "swapon": 224, "reboot": 142, "init_module": 105, "quotactl": 60,
        "mbind": 235, "set_mempolicy": 237, "kexec_load": 104, "add_key": 217,
        "request_key": 218, "keyctl": 219, "migrate_pages": 238, "move_pages": 239,
        "perf_event_open": 241, "fanotify_init": 262, "name_to_handle_at": 264,
        "open_by_handle_at": 265, "process_vm_readv": 270, "process_vm_writev": 271,
        "kcmp": 272, "finit_module": 273, "memfd_create": 279, "bpf": 280, "userfaultfd": 282,
        "kexec_file_load": 294, "shmget": 194, "msgget": 186, "semget": 190, "mq_open": 180,
        "io_uring_setup": 425, "open_tree": 428, "move_mount": 429, "fsopen": 430,
        "fsconfig": 431, "fsmount": 432, "pidfd_getfd": 438, "mount_setattr": 442,
        "memfd_secret": 447,
    },
}  # fmt: skip
MACHINE = {"x86_64": (0xC000003E, 56, 41), "aarch64": (0xC00000B7, 220, 198)}
CLONE3 = 435
SOCKETS = (1, 2, 10)  # unix, IPv4, IPv6: the rest isn't kept apart by a network space
_LOAD, _EQUAL, _ATLEAST, _ANYBIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
EPERM, ENOSYS = 1, 38


def filter_program(machine: str, sockets: tuple[int, ...] = ()) -> bytes:
    """The system call filter as BPF; empty for a machine it isn't written for.

    Examples
    --------
    >>> len(filter_program("x86_64")) % 8, filter_program("unknown")
    (0, b'')
    """
    if machine not in MACHINE:
        return b""
    arch, clone, socket = MACHINE[machine]
    spaces = sum(NEW.values())
    code = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, arch), (_RETURN, 0, 0, _KILL), (_LOAD, 0, 0, 0)]
    if machine == "x86_64":  # the second calling convention of the same machine
        code += [(_ATLEAST, 0, 1, 0x40000000), (_RETURN, 0, 0, _ERRNO | ENOSYS)]
    for number in sorted(REFUSED[machine].values()):
        code += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ERRNO | EPERM)]
    code += [(_EQUAL, 0, 1, CLONE3), (_RETURN, 0, 0, _ERRNO | ENOSYS)]
    code += [(_EQUAL, 0, 4, clone), (_LOAD, 0, 0, 16), (_ANYBIT, 0, 1, spaces)]
    code += [(_RETURN, 0, 0, _ERRNO | EPERM), (_RETURN, 0, 0, _ALLOW)]
    families = SOCKETS + sockets
    count = len(families)
    code += [(_EQUAL, 0, count + 3, socket), (_LOAD, 0, 0, 16)]
    code += [(_EQUAL, count - at, 0, family) for at, family in enumerate(families)]
    code += [(_RETURN, 0, 0, _ERRNO | EPERM), (_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _ALLOW)]
    return b"".join(struct.pack("=HBBI", *step) for step in code)


def _install(program: bytes) -> None:
    steps = ctypes.create_string_buffer(program, len(program))

    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.c_void_p)]

    loaded = Program(len(program) // 8, ctypes.cast(steps, ctypes.c_void_p))
    _check(_libc.prctl(22, 2, ctypes.byref(loaded), 0, 0), "seccomp")
