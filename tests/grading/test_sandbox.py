"""The walls from outside: what can be seen, when there are none, who is kept from whom."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import fixtures
import pytest

from lib.grading import children, container, one, sandbox, starting, templates
from lib.grading.children import Broke, Child
from lib.grading.limits import Limits
from lib.grading.templates import forked

needs_walls = fixtures.needs_walls
MODULES = ("cloudpickle", "lib.check", "numpy")
LIMITS = fixtures.LIMITS


def _run(child: Child, source: str, seconds: float = 5) -> str:
    answer = child.tell({"op": "cell", "source": source, "most": 10_000}, seconds)
    return str(answer["outputs"])


@pytest.fixture
def pair():
    """Two submissions at the same time."""
    both = [forked(MODULES, LIMITS) for _ in range(2)]
    yield both
    for child in both:
        child.end()


@needs_walls
def test_two_submissions_at_once_do_not_meet(pair) -> None:
    one, two = pair
    _run(one, """
import os, socket
open('note', 'w').write('mine'); open(os.environ['TMPDIR'] + '/note', 'w').write('mine')
s = socket.socket(socket.AF_UNIX); s.bind(chr(0) + 'mine'); s.listen()
t = socket.create_server(('127.0.0.1', 5555))
pid = os.fork()
if pid == 0:
    import time; time.sleep(60)
""")  # fmt: skip
    look = """
import os, socket
room = os.environ['TMPDIR']
print('FILES', os.listdir('.'), os.listdir(room), os.listdir('/dev/shm'), os.listdir('/proc'))
for family, name in ((socket.AF_UNIX, chr(0) + 'mine'), (socket.AF_INET, ('127.0.0.1', 5555))):
    try: socket.socket(family).connect(name); print('MET', name)
    except OSError as error: print(type(error).__name__)
for pid in range(2, 400):
    try: os.kill(pid, 0); print('MET', pid)
    except ProcessLookupError: pass
"""
    seen = _run(two, look)
    assert "FILES [] ['work'] [] []" in seen and "MET" not in seen
    assert "MET" in _run(one, look)  # what is looked for can be found where it is


@needs_walls
def test_one_that_ends_leaves_the_other_and_the_template(pair) -> None:
    one, two = pair
    with pytest.raises(Broke):
        _run(one, "import os; os._exit(1)")
    assert "4" in _run(two, "2 + 2")
    assert "5" in _run(pair[1], "2 + 3")


@needs_walls
def test_a_killed_template_is_started_again() -> None:
    forked(MODULES, LIMITS).end()
    templates._templates[MODULES].process.kill()
    templates._templates[MODULES].process.wait()
    assert fixtures.points(fixtures.grade())["pairs-test"] == 2


@needs_walls
def test_a_template_is_renewed(monkeypatch: pytest.MonkeyPatch) -> None:
    forked(MODULES, LIMITS).end()
    first = templates._templates[MODULES]
    monkeypatch.setattr(templates, "USES", first.uses)
    forked(MODULES, LIMITS).end()
    second = templates._templates[MODULES]
    assert second is not first and first.runs()  # until nothing can run on it any more
    monkeypatch.setattr(templates, "USES", second.uses)
    forked(MODULES, LIMITS).end()
    assert not first.runs() and second.runs()


@needs_walls
def test_an_answer_is_graded_again_when_its_template_was_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody pays for a sandbox that was killed from outside."""
    go, kills = one.Session.go, [1]

    def go_under_fire(session: one.Session) -> object:
        if kills:
            kills.pop()
            modules = one.modules(session.assignment)
            templates._templates[modules].process.kill()
            templates._templates[modules].process.wait()
        return go(session)

    monkeypatch.setattr(one.Session, "go", go_under_fire)
    outcome = fixtures.grade()
    assert (outcome.state, outcome.total, kills) == ("graded", 8, [])


@needs_walls
def test_nothing_is_left_when_the_program_ends() -> None:
    """The template goes with the program that started it, however that ends."""
    code = (
        "import os; from lib.grading.templates import _templates, forked\n"
        "from lib.grading.limits import Limits\n"
        f"child = forked({MODULES!r}, Limits())\n"
        "print(_templates.popitem()[1].process.pid, flush=True)\n"
        "import time; time.sleep(60)"
    )
    program = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert program.stdout is not None
    template = int(program.stdout.readline())
    inside = _below(template)
    assert len(inside) >= 3  # bubblewrap's own, the template, a keeper, a submission
    program.send_signal(signal.SIGKILL)
    program.wait()
    program.stdout.close()
    until = time.monotonic() + 20
    while [pid for pid in [template, *inside] if _alive(pid)] and time.monotonic() < until:
        time.sleep(0.05)
    assert not [pid for pid in [template, *inside] if _alive(pid)]


def _below(pid: int) -> list[int]:
    found = []
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        found += [int(child), *_below(int(child))]
    return found


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@needs_walls
def test_memory_is_counted_over_all_processes(pair) -> None:
    one, _ = pair
    before = children.tree_memory(one.pidfd)
    _run(one, "import os, time\nx = bytearray(b'a' * 2**25)\nif os.fork() == 0:\n"
              "  y = bytearray(b'b' * 2**25); time.sleep(60)\ntime.sleep(.5)")  # fmt: skip
    grown = children.tree_memory(one.pidfd) - before
    assert 1.9 * 2**25 <= grown < 4 * 2**25  # x, which both share, and y


@needs_walls
def test_a_process_that_stops_reading_is_given_up(pair) -> None:
    one, _ = pair
    with pytest.raises(Broke, match="too long"):
        one.tell({"op": "cell", "source": "import time; "
                  "__import__('signal').signal(2, lambda *a: None); time.sleep(60)"
                  "; time.sleep(60)", "most": 10}, 0.5)  # fmt: skip


# What the walls are made of


def test_only_what_is_needed_can_be_seen() -> None:
    seen = sandbox.visible()
    course = str(sandbox.COURSE)
    assert f"{course}/lib" in seen and f"{course}/data" in seen
    assert not any(path in seen for path in ("/", "/home", "/root", "/etc", "/usr", course))
    assert not any(path.startswith(("/proc", "/sys", "/run", "/var")) for path in seen)
    command = sandbox.bubblewrap()
    for wall in ("--unshare-pid", "--unshare-net", "--unshare-ipc", "--die-with-parent",
                 "--new-session", "--clearenv", "--remount-ro"):  # fmt: skip
        assert wall in command
    assert "--bind" not in command and command[command.index("--cap-drop") + 1] == "ALL"


REASONS = {
    "macOS": "needs Linux, and this is darwin",
    "nothing installed": "not installed (no command 'bwrap')",
    "forbidden": "setting up uid map",
    "hangs": "does not start",
}


@pytest.mark.parametrize("name", REASONS)
def test_without_walls_it_refuses_with_reason_and_remedy(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*args: object, **kwargs: object) -> subprocess.CompletedProcess[str]:
        if name == "hangs":
            raise subprocess.TimeoutExpired("bwrap", 20)
        return subprocess.CompletedProcess([], 1, "", "bwrap: setting up uid map: denied")

    sandbox.refusal.cache_clear()
    if name == "macOS":
        monkeypatch.setattr(sandbox.sys, "platform", "darwin")
    elif name == "nothing installed":
        monkeypatch.setattr(sandbox.shutil, "which", lambda name: None)
    else:
        monkeypatch.setattr(sandbox.shutil, "which", lambda name: "/usr/bin/bwrap")
        monkeypatch.setattr(sandbox.subprocess, "run", run)
    try:
        with pytest.raises(sandbox.SandboxError) as refused:
            starting.starter("bubblewrap", (), LIMITS)
    finally:
        sandbox.refusal.cache_clear()
    said = str(refused.value)
    assert REASONS[name] in said
    for remedy in ("apt install bubblewrap", "WSL2", "Podman", "'unsafe'"):
        assert remedy in said


@pytest.mark.parametrize(("setting", "words"), [("1\n", "AppArmor forbids it"), ("0\n", "")])
def test_ubuntus_default_is_named(
    setting: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "setting").write_text(setting)
    monkeypatch.setattr(sandbox, "MAP", tmp_path / "setting")
    assert words in sandbox._cause()


def test_the_container_has_the_same_walls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the command is looked at: no container engine answers on the test machine."""
    monkeypatch.setattr(container, "engine", lambda: "podman")
    monkeypatch.setenv(container.IMAGE, "course:1")
    command = container.command(Limits(memory_mb=512, processes=32, scratch_mb=16))
    joined = " ".join(command)
    for wall in ("--network none", "--read-only", "--cap-drop ALL", "no-new-privileges",
                 "--user 65534:65534", "--pids-limit 40", "--memory 1536m",
                 "size=16m"):  # fmt: skip
        assert wall in joined
    mounts = [command[i + 1] for i, part in enumerate(command) if part == "--volume"]
    assert len(mounts) == 2 and all(mount.endswith(":ro") for mount in mounts)
    image = command.index("course:1")
    assert command[:3] == ["podman", "run", "--rm"] and command[image + 1] == "python"
    monkeypatch.delenv(container.IMAGE)
    with pytest.raises(sandbox.SandboxError, match="Set COURSE_GRADING_IMAGE"):
        container.command(LIMITS)


def test_no_container_engine_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(container.shutil, "which", lambda name: None)
    with pytest.raises(sandbox.SandboxError, match="No container engine answers"):
        starting.starter("container", (), LIMITS)


def test_a_cgroup_caps_memory_where_systemd_offers_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the command is looked at: the test machine has no systemd session."""
    done = subprocess.CompletedProcess([], 0)
    monkeypatch.setattr(sandbox.Path, "read_text", lambda self: "0::/user.slice\n")
    monkeypatch.setattr(sandbox.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(sandbox.subprocess, "run", lambda *args, **kwargs: done)
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/user/1000")
    prefix, words = sandbox.memory_guard(2000)
    assert prefix[0] == "systemd-run" and "MemoryMax=2000M" in prefix and words == "cgroup v2"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root steps down")
@needs_walls
def test_root_steps_down(pair) -> None:
    _run(pair[0], "1")  # it is ready only now
    status = Path(f"/proc/{children._pid(pair[0].pidfd)}/status").read_text()
    lines = dict(line.split(":\t", 1) for line in status.splitlines())
    if sandbox.privileged():
        assert set(lines["Uid"].split()) == {"65534"}
    for name in ("CapEff", "CapPrm", "CapInh", "CapAmb"):
        assert int(lines[name], 16) == 0
    assert lines["NoNewPrivs"] == "1" and lines["Seccomp"] == "2"


@pytest.mark.skipif(not sandbox.privileged(), reason="an ordinary user runs all of this anyway")
@needs_walls
def test_an_ordinary_user_has_the_same_walls(tmp_path: Path) -> None:
    """The desk run by a user without any right: the interpreter made readable, root given up."""
    closed = [p for p in Path(sys.base_prefix).parents if not p.stat().st_mode & 0o005]
    steps = ["set -e"]
    if closed:
        top, below = closed[-1], Path(sys.base_prefix).relative_to(closed[-1])
        steps += [f"mkdir {tmp_path}/kept && mount --bind {sys.base_prefix} {tmp_path}/kept"]
        steps += [f"mount -t tmpfs -o mode=755 tmpfs {top} && mkdir -p {top}/{below}"]
        steps += [f"mount --bind {tmp_path}/kept {top}/{below}"]
    steps += ["exec setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all "
              "--bounding-set=-all env HOME=/tmp PYTHONDONTWRITEBYTECODE=1 \"$@\""]  # fmt: skip
    code = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); import fixtures, os\n"
        "outcome = fixtures.grade(pairs='import os\\nos.fork()\\nos._exit(1)')\n"
        "print(os.getuid(), outcome.sandbox, fixtures.points(outcome)['roots-test'])"
    )
    shell = ["unshare", "--mount", "sh", "-c", "\n".join(steps), "sh", sys.executable, "-c", code]
    done = subprocess.run(shell, capture_output=True, text=True, cwd="/", timeout=120)
    assert done.stdout.startswith("65534 bubblewrap, warm"), done.stderr[-2000:]
    assert done.stdout.strip().endswith("3.0")
