"""Links that begin with `colab:` or `repo:`, made from the repository's address.

A chapter writes `[open](colab:exercises/release/02-letters/02-letters.ipynb)`. The address
itself stands in `_config.yml` alone; `lib/project/notebooks.py` does the same for notebooks.
"""

from __future__ import annotations

from sphinx.application import Sphinx
from sphinx.config import Config

from lib.project.settings import repository


def add_schemes(app: Sphinx, config: Config) -> None:
    """Teach MyST the two schemes; what it knows already is kept."""
    config.myst_url_schemes = {
        **dict.fromkeys(("http", "https", "mailto"), None),
        "colab": {"url": repository().colab("{{path}}")},
        "repo": {"url": repository().file("{{path}}")},
    }


def setup(app: Sphinx) -> None:
    app.connect("config-inited", add_schemes, priority=100)
