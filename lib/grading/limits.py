"""What one submission may use. Serves the grading desk; knows nothing of notebooks."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass(frozen=True)
class Limits:
    """Caps for one submission; reaching one never harms another submission.

    Parameters
    ----------
    cell_s : float
        Wall seconds for one cell. The cell is interrupted and its test scores nothing.
    wall_s : float
        Wall seconds for the whole submission.
    cpu_s : int
        CPU seconds for each process of the submission.
    memory_mb : int
        Memory over all processes of the submission, beyond what the libraries take, in MiB.
    processes : int
        Processes and threads.
    files : int
        Open files for each process.
    file_mb : int
        Size of one written file in MiB.
    scratch_mb : int
        Size of the scratch folder, which lives in memory, in MiB.
    output_kb : int
        Output kept of one cell in KiB; the rest is cut with a note.
    message_mb : int
        Largest message taken from the sandbox in MiB.
    submission_mb : int
        Largest notebook file that is opened in MiB.
    nesting : int
        Deepest nesting of lists and objects in a notebook file.

    Examples
    --------
    >>> Limits(cell_s=5).cell_s
    5
    """

    cell_s: float = 30.0
    wall_s: float = 240.0
    cpu_s: int = 120
    memory_mb: int = 1024
    processes: int = 64
    files: int = 256
    file_mb: int = 32
    scratch_mb: int = 64
    output_kb: int = 128
    message_mb: int = 16
    submission_mb: int = 64
    nesting: int = 64

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not value > 0:
                raise ValueError(f"{field.name} must be a number above 0, not {value!r}")

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)
