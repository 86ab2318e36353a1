"""Train what `data/checkpoints/` holds, and measure what `data/results/` holds, anew.

A recipe is a function that writes its files into a folder, entered into `RECIPES` by the decorator
`recipe`. Each says in its card or result which command made it and how long that took.
"""

from __future__ import annotations

import argparse
import importlib
import json
import time
from collections.abc import Callable
from pathlib import Path

from lib.data.bundle import shipped_folder

Recipe = Callable[[Path], None]
RECIPES: dict[str, Recipe] = {}
ROOMS = ("digits_recipes", "lore_recipes", "parens_recipes", "parens_studies")  # beside this one


def recipe(name: str) -> Callable[[Recipe], Recipe]:
    """Enter a recipe under a name; its docstring is the line of help."""

    def enter(function: Recipe) -> Recipe:
        if name in RECIPES:
            raise ValueError(f"name: there is a recipe {name!r} already")
        RECIPES[name] = function
        return function

    return enter


def command(name: str) -> str:
    """What to type to run a recipe."""
    return f"python -m lib.project checkpoints {name}"


class Clock:
    """CPU and wall-clock seconds since it was made, and on how many threads."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def read(self) -> dict:
        """For a card: ``{"wall": ..., "cpu": ..., "threads": ...}``."""
        import torch

        wall, cpu = time.perf_counter() - self._wall, time.process_time() - self._cpu
        return {"wall": round(wall), "cpu": round(cpu), "threads": torch.get_num_threads()}


def write_result(folder: Path, name: str, result: dict) -> None:
    """Write a measurement to ``results/NAME.json``, one line for each of its parts."""
    place = folder / "results"
    place.mkdir(parents=True, exist_ok=True)
    lines = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in result.items()]
    (place / f"{name}.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def main(argv: list[str] | None = None) -> int:
    """Run the recipes named, or all of them."""
    for room in ROOMS:
        importlib.import_module(f"lib.project.{room}")
    parser = argparse.ArgumentParser(prog="python -m lib.project checkpoints", description=__doc__)
    known = "\n".join(f"  {name}: {(made.__doc__ or '').strip()}" for name, made in RECIPES.items())
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = f"recipes:\n{known}"
    parser.add_argument("names", nargs="*", help="recipes to run; all if none is named")
    parser.add_argument("--out", type=Path, default=shipped_folder(), metavar="FOLDER")
    arguments = parser.parse_args(argv)
    for name in arguments.names:
        if name not in RECIPES:
            parser.error(f"names: expected some of {', '.join(RECIPES)}, got {name!r}")
    for name in arguments.names or list(RECIPES):
        print(f"{name} ...", flush=True)
        start = time.perf_counter()
        RECIPES[name](arguments.out)
        print(f"{name}: {time.perf_counter() - start:.0f} s", flush=True)
    return 0
