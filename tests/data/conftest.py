"""Every test of `lib.data` gets a cache, a memory and a network of its own."""

from __future__ import annotations

import pytest
from data_support import Server

from lib.data import cache, download, notices


@pytest.fixture
def serve():
    """Start servers; all are closed at the end."""
    servers = []

    def start(behave) -> Server:
        servers.append(Server(behave))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture(autouse=True)
def clean_slate(monkeypatch, tmp_path):
    """A cache, a temporary folder and a memory of its own for every test; no mirror, no NLTK."""
    import nltk.data

    monkeypatch.setenv(cache.CACHE_VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setenv(download.PATIENCE_VARIABLE, "60")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    monkeypatch.delenv("COURSE_DATA_MIRROR", raising=False)
    monkeypatch.delenv("NLTK_DATA", raising=False)
    monkeypatch.setattr(nltk.data, "path", [])
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(notices, "_said", set())
    monkeypatch.setattr(notices, "_used", {})
    monkeypatch.setattr(download, "_silent_hosts", {})
    cache.standby.cache_clear()
    yield
    cache.standby.cache_clear()


@pytest.fixture
def impatient(monkeypatch):
    """0.4 s for the first silent host, and then all the time that a busy machine may need."""
    monkeypatch.setattr(download, "patience", lambda: 60.0 if download._silent_hosts else 0.4)
