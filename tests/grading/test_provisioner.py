"""Plain Jupyter tools with kernels behind walls: nbclient, and nbgrader's own autograde."""

from __future__ import annotations

import json
from importlib.metadata import EntryPoint
from pathlib import Path

import fixtures
import nbformat
import pytest
from jupyter_client.provisioning import KernelProvisionerFactory
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from lib.grading import sandbox
from lib.grading.provisioner import BubblewrapProvisioner, ContainerProvisioner

pytestmark = [
    fixtures.needs_walls,
    pytest.mark.slow,
]
NAME = "course-bubblewrap"
GROUP = KernelProvisionerFactory.GROUP_NAME


@pytest.fixture
def walled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every kernel starts behind walls."""
    KernelProvisionerFactory.clear_instance()
    factory = KernelProvisionerFactory.instance()
    entry = EntryPoint(NAME, "lib.grading.provisioner:BubblewrapProvisioner", GROUP)
    monkeypatch.setitem(factory.provisioners, NAME, entry)
    monkeypatch.setattr(factory, "default_provisioner_name", NAME)
    yield
    KernelProvisionerFactory.clear_instance()


def _run(folder: Path, *sources: str) -> list[str]:
    notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
    client = NotebookClient(
        notebook,
        timeout=10,
        startup_timeout=120,
        interrupt_on_timeout=True,
        allow_errors=True,
        resources={"metadata": {"path": str(folder)}},
    )
    client.execute()
    return [str(cell.outputs) for cell in notebook.cells]


def test_a_kernel_behind_walls(walled: None, tmp_path: Path) -> None:
    (tmp_path / "beside.txt").write_text("beside the notebook")
    course = sandbox.COURSE
    files, changed, out, endless, after = _run(
        tmp_path,
        "import os; print(open('beside.txt').read(), os.getcwd())",
        "open('beside.txt', 'w').write('changed'); open('new.txt', 'w')",
        f"import os, socket\nprint(sorted(os.listdir('{course}')))\n"
        "try: socket.create_connection(('127.0.0.1', 22), 1)\nexcept OSError: print('ALONE')\n"
        "try: open('/etc/passwd')\nexcept OSError: print('HIDDEN')",
        "while True: pass",
        "6 * 7",
    )
    assert f"beside the notebook {sandbox.SCRATCH}" in files and "Error" not in changed
    assert "ALONE" in out and "HIDDEN" in out and "exercises" not in out and "tests" not in out
    assert "KeyboardInterrupt" in endless and "42" in after
    assert (tmp_path / "beside.txt").read_text() == "beside the notebook"
    assert [path.name for path in tmp_path.iterdir()] == ["beside.txt"]


def test_no_walls_no_kernel(walled: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "refusal", lambda: "no walls here: do this")
    with pytest.raises(sandbox.SandboxError, match="no walls here: do this"):
        _run(tmp_path, "1")


def test_the_container_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the command is looked at: no container engine answers on the test machine."""
    monkeypatch.setattr("lib.grading.container.engine", lambda: "docker")
    monkeypatch.setenv("COURSE_GRADING_IMAGE", "course:1")
    provisioner = ContainerProvisioner()
    provisioner.folder = "/tmp/kernel-x"
    started = ["/usr/bin/python", "-m", "ipykernel_launcher"]
    command = provisioner.around(started, "/given", {"A": "b"})
    joined = " ".join(command)
    assert "--network none" in joined and "--env A=b" in joined
    assert f"--volume /tmp/kernel-x:/tmp/kernel-x --volume /given:{sandbox.ROOM}/given:ro" in joined
    assert command[command.index("course:1") + 1] == "python"
    assert command[-3:] == ["python", "-m", "ipykernel_launcher"]


def test_plain_nbgrader_gives_the_same_marks(
    walled: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Honest work, right and wrong: nbgrader behind walls and the desk agree on every task."""
    from nbgrader.apps import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Config

    monkeypatch.setenv("PATH", f"{Path(sandbox.sys.prefix, 'bin')}:{sandbox.os.environ['PATH']}")
    source = fixtures.source()
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    source["metadata"] = {"kernelspec": kernel}
    classes = {
        "right": fixtures.notebook(),
        "partly": fixtures.notebook(pairs="def pairs(text): return {}"),
        "broken": fixtures.notebook(pairs="def pairs(", roots="roots = [0, 1]"),
    }
    _write(tmp_path / "source/small/small.ipynb", source)
    for learner, notebook in classes.items():
        notebook["metadata"] = {"kernelspec": kernel}
        _write(tmp_path / f"submitted/{learner}/small/small.ipynb", notebook)
    config = Config()
    config.CourseDirectory.root = str(tmp_path)
    config.CourseDirectory.db_url = f"sqlite:///{tmp_path}/gradebook.db"
    config.Execute.startup_timeout = 120
    api = NbGraderAPI(CourseDirectory(config=config), config=config)
    assert api.generate_assignment("small")["success"]
    for learner, notebook in classes.items():
        done = api.autograde("small", learner)
        assert done["success"], done
        with api.gradebook as gradebook:
            grades = gradebook.find_submission_notebook("small", "small", learner).grades
            theirs = {grade.name: grade.auto_score for grade in grades}
        assert theirs == fixtures.points(fixtures.grade(notebook)), learner


def _write(path: Path, notebook: dict) -> None:
    path.parent.mkdir(parents=True)
    path.write_text(nbformat.writes(nbformat.from_dict(json.loads(json.dumps(notebook)))))


def test_both_kinds_can_be_loaded_by_name() -> None:
    for kind in (BubblewrapProvisioner, ContainerProvisioner):
        entry = EntryPoint("x", f"lib.grading.provisioner:{kind.__name__}", GROUP)
        assert entry.load() is kind
