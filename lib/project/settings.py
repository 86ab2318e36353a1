"""What `_config.yml` decides for the rest: above all the repository's address."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from urllib.parse import quote

import yaml

from lib.project import ROOT


@dataclass(frozen=True)
class Repository:
    """Where the course lives on the web.

    Attributes
    ----------
    url : str
        Address of the repository, without a slash at its end.
    branch : str
        The branch that is published.
    """

    url: str
    branch: str

    @property
    def archive(self) -> str:
        """A zip file of the branch, which pip can install."""
        return f"{self.url}/archive/refs/heads/{self.branch}.zip"

    def colab(self, path: str) -> str:
        """Colab's address of a notebook in the repository."""
        place = self.url.removeprefix("https://github.com/")
        return f"https://colab.research.google.com/github/{place}/blob/{self.branch}/{path}"

    def file(self, path: str) -> str:
        """The page that shows a file of the repository."""
        return f"{self.url}/blob/{self.branch}/{path}"

    def edit(self, path: str) -> str:
        """The page on which a file of the repository can be changed."""
        return f"{self.url}/edit/{self.branch}/{path}"

    def report(self, path: str) -> str:
        """The page on which a problem with a file can be reported."""
        return f"{self.url}/issues/new?title={quote(f'Problem in {path}')}"

    @property
    def pages(self) -> str:
        """Address of the published book, with a slash at its end (GitHub Pages' rule)."""
        owner, name = self.url.removeprefix("https://github.com/").split("/")
        return f"https://{owner}.github.io/{name}/"


@cache
def repository() -> Repository:
    """The one place where the repository's address is read."""
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    settings = config["repository"]
    return Repository(settings["url"].rstrip("/"), settings["branch"])
