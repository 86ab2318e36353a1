"""The commands behind `make`: set up, build the book, test, release exercises.

`python -m lib.project` needs nothing but Python's standard library to start; it
makes the virtual environment first and runs the rest inside it.
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The checkout: the folder that holds `_config.yml`."""
