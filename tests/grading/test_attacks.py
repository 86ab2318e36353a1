"""Every trick of the table in `tricks` is contained, scored as if it were not there, or flagged."""

from __future__ import annotations

import json
import os
import socket
from dataclasses import replace
from pathlib import Path

import fixtures
import pytest
from tricks import TRICKS, WRONG, Trick

from lib.grading.model import Outcome
from lib.grading.one import grade_one

pytestmark = fixtures.needs_walls


def _prints(code: str) -> str:
    """Code that prints what a look around gives."""
    return (
        "import os, socket\ntry: print('GOT', " + code + ")\n"
        "except Exception as error: print('LOST', error)\n"
    )


def _system(call: str) -> str:
    """Code that tries a system call and prints whether it was forbidden."""
    return (
        "import ctypes, os\nc = ctypes.CDLL(None, use_errno=True)\n"
        f"print('GOT' if ({call}) >= 0 else 'LOST', os.strerror(ctypes.get_errno()))\n"
    )


# Looking and reaching out: prints LOST, never GOT.
OUTSIDE = {
    "other processes": _prints("[p for p in os.listdir('/proc')][0]"),
    "the parent's environment": _prints("open('/proc/{parent}/environ').read()"),
    "its own memory map": _prints("open('/proc/self/maps').read()"),
    "users of the machine": _prints("open('/etc/passwd').read()"),
    "the course folder": _prints("open('{tests}/fixtures.py').read()"),
    "the course's history": _prints("os.listdir('{course}/.git')"),
    "a private file": _prints("open('{secret}').read()"),
    "the home folder": _prints("[n for n in os.listdir('/root')"
                               " if not n.startswith('.')][0]"),
    "writing to lib": _prints("open('{course}/lib/check/__init__.py', 'a')"),
    "writing to the data": _prints("open('{course}/data/x', 'w')"),
    "writing beside the root": _prints("open('/x', 'w')"),
    "writing to the environment": _prints("open(__import__('numpy').__file__, 'a')"),
    "a link out of the scratch": _prints(
        "(os.symlink('{secret}', 'l'), open('l').read())"),
    "a service on this machine": _prints("socket.create_connection(('127.0.0.1', {port}), 1)"),
    "the internet": _prints("socket.create_connection(('1.1.1.1', 53), 1)"),
    "names on the internet": _prints("socket.gethostbyname('example.org')"),
    "a socket by a hidden name": _prints("(s := socket.socket(1), s.connect('\\0{hidden}'))"),
    "the host of a virtual machine": _prints("socket.socket(40, 1)"),
    "the kernel by netlink": _prints("socket.socket(16, 3)"),
    "raw packets": _prints("socket.socket(17, 3)"),
    "a debugger": _prints("__import__('subprocess').run(['gdb', '-p', '1'])"),
    "a shell": _prints("__import__('subprocess').run('id', shell=True, check=True)"),
    "ptrace": _system("c.ptrace(16, 1, 0, 0)"),
    "another's memory": _system("c.process_vm_readv(1, None, 0, None, 0, 0)"),
    "new user spaces": _system("c.unshare(0x10000000)"),
    "mounting": _system("c.mount(b'tmpfs', b'/tmp', b'tmpfs', 0, None)"),
    "unmounting what hides /proc": _system("c.umount2(b'/proc', 2)"),
    "memory outside the limits": _system("c.memfd_create(b'x', 0)"),
    "kernel keys": _system("c.syscall(250, 0, -4, 0)"),
    "the kernel's rings": _system("c.syscall(425, 8, 0)"),
    "programs in the kernel": _system("c.syscall(321, 0, 0, 0)"),
    "becoming root": _system("c.setuid(0)"),
    "raising its limits": _prints("__import__('resource').setrlimit(7, (4096, 4096))"),
    "shared memory by key": _system("c.shmget(1234, 4096, 0o1600)"),
    "devices": _prints("[d for d in os.listdir('/dev')"
                       " if d.startswith(('sd', 'vd', 'nvme', 'mem', 'kmsg', 'kvm', 'fuse'))][0]"),
    "a terminal": _prints("open('/dev/tty')"),
}  # fmt: skip


@pytest.mark.parametrize("trick", TRICKS, ids=lambda t: t.name)
def test_trick_earns_nothing_and_harms_nothing(trick: Trick) -> None:
    outcome = fixtures.grade(pairs=trick.pairs, roots=trick.roots)
    got = fixtures.points(outcome)
    earned = {name: got[name] for name in trick.earns}
    assert all(m is None or earned[n] == m for n, m in trick.earns.items()), (earned, outcome)
    assert set(trick.flags) <= {flag.code for flag in outcome.flags}, outcome.flags
    assert not trick.state or outcome.state == trick.state, outcome
    assert len(outcome.to_json()) < 3_000_000
    _nothing_left()


def _nothing_left() -> None:
    """No process of a submission outlives it: they live two process spaces below this one."""
    here = len(_spaces("self"))
    left = [str(os.getpid())]
    while left:
        pid = left.pop()
        try:
            for task in os.listdir(f"/proc/{pid}/task"):
                left += Path(f"/proc/{pid}/task/{task}/children").read_text().split()
            assert len(_spaces(pid)) < here + 2, Path(f"/proc/{pid}/status").read_text()
        except FileNotFoundError:  # a keeper that has just gone
            continue


def _spaces(pid: str) -> list[str]:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(line for line in lines if line.startswith("NSpid")).split()[1:]


CAUGHT_INSIDE = (
    "lib.check replaced",
    "lib.check replaced in sys.modules",
    "asserts taken out of every cell",
    "every cell rewritten to nothing",
    "the shell's run_cell replaced",
    "forged answers with the right numbers",
)


@pytest.mark.parametrize("name", CAUGHT_INSIDE)
@pytest.mark.parametrize("canary", [True, False])
def test_a_canary_catches_what_works_inside(name: str, canary: bool) -> None:
    """With every test judged in the learner's own process, these tricks earn marks unseen."""
    trick = next(t for t in TRICKS if t.name == name)
    tests = tuple(trick.earns)
    inside = replace(fixtures.assignment(), outside=(), canaries=tests if canary else ())
    data = json.dumps(fixtures.notebook(pairs=trick.pairs)).encode()
    outcome = grade_one(inside, data, learner="ada", seed="s", limits=fixtures.LIMITS)
    got = fixtures.points(outcome)
    earned = any(got[test] and not right for test, right in trick.earns.items())
    assert (outcome.state, earned) == (("needs-hands", False) if canary else ("graded", True))
    assert ("canary" in {flag.code for flag in outcome.flags}) == canary


@pytest.fixture(scope="module")
def around(tmp_path_factory: pytest.TempPathFactory):
    """Things on this machine that no submission may reach."""
    secret = tmp_path_factory.mktemp("private") / "secret.txt"
    secret.write_text("GOT the secret")
    secret.chmod(0o644)
    server = socket.create_server(("127.0.0.1", 0))
    hidden = socket.socket(socket.AF_UNIX)
    hidden.bind("\0course-test-hidden")
    hidden.listen()
    course = Path(__file__).parents[2]
    yield {
        "{secret}": str(secret),
        "{port}": str(server.getsockname()[1]),
        "{hidden}": "course-test-hidden",
        "{tests}": str(Path(__file__).parent),
        "{course}": str(course),
        "{parent}": str(os.getpid()),
    }
    server.close()
    hidden.close()


def _filled(code: str, around: dict[str, str]) -> str:
    for key, value in around.items():
        code = code.replace(key, value)
    return code


def _printed(outcome: Outcome) -> list[str]:
    """What the first answer's cell wrote, by lines."""
    outputs = json.loads(outcome.executed)["cells"][2]["outputs"]
    return "".join(output.get("text", "") for output in outputs).splitlines()


@pytest.mark.parametrize("name", OUTSIDE)
def test_nothing_outside_is_reached(name: str, around: dict[str, str]) -> None:
    outcome = fixtures.grade(pairs=WRONG + _filled(OUTSIDE[name], around))
    lines = _printed(outcome)
    assert len(lines) == 1 and lines[0].startswith("LOST"), lines
    if "ctypes" in OUTSIDE[name]:
        assert "not permitted" in lines[0] or name == "becoming root", lines
    assert fixtures.points(outcome)["roots-test"] == 3


OPEN_WITHOUT_WALLS = (
    "other processes",
    "the parent's environment",
    "its own memory map",
    "users of the machine",
    "the course folder",
    "the course's history",
    "a private file",
    "a link out of the scratch",
    "a service on this machine",
    "a socket by a hidden name",
    "a shell",
)


def test_without_walls_all_this_is_open(around: dict[str, str]) -> None:
    """The looks above find what they look for when nothing stands in their way."""
    looks = "".join(_filled(OUTSIDE[name], around) for name in OPEN_WITHOUT_WALLS)
    data = json.dumps(fixtures.notebook(pairs=looks)).encode()
    outcome = grade_one(fixtures.assignment(), data, learner="a", seed="s", sandbox="unsafe")
    found = [line for line in _printed(outcome) if line.startswith(("GOT", "LOST"))]
    assert not [line for line in found if line.startswith("LOST")], found
    assert len(found) >= len(OPEN_WITHOUT_WALLS)
