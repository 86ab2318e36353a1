"""Where submissions are executed: workers on this machine, or a dask cluster by its address.

Knows addresses, certificates and workers; nothing of grading.
"""

from __future__ import annotations

import contextlib
import ipaddress
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dask
from distributed import Client, LocalCluster
from distributed.security import Security


class ClusterError(RuntimeError):
    """The workers can't be had; the text says why and what to do."""


@dataclass(frozen=True)
class Where:
    """Which workers to use.

    Parameters
    ----------
    workers
        Processes on this machine; 0 for one a core.
    scheduler
        Address of a running scheduler, ``tls://HOST:PORT``; empty for this machine.
    ca, cert, key
        Files for TLS. Empty: what dask's own settings say.
    patience
        Seconds to wait for the scheduler, and for its first worker.
    """

    workers: int = 0
    scheduler: str = ""
    ca: str = ""
    cert: str = ""
    key: str = ""
    patience: float = 30.0

    def __post_init__(self) -> None:
        if self.workers < 0:
            raise ValueError(f"workers must be 0 (one a core) or more, not {self.workers}")
        if self.workers and self.scheduler:
            raise ValueError("workers are counted by the scheduler: give one or the other")


@contextlib.contextmanager
def connected(where: Where) -> Iterator[Client]:
    """A client of the workers, for one run.

    Raises
    ------
    ClusterError
        If there is no such scheduler, no worker, or no encryption off this machine.
    """
    # What a dying worker makes distributed print is said in the run's own words.
    for name in ("distributed", "distributed.client", "distributed.core"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    settings = {
        "distributed.scheduler.allowed-failures": 0,
        "distributed.worker.profile.enabled": False,
        "distributed.scheduler.http.routes": [],
        "distributed.worker.http.routes": [],
        "distributed.comm.timeouts.connect": "10s",
        "distributed.admin.low-level-log-length": 0,
        "distributed.admin.log-length": 0,
    }
    with dask.config.set(settings):
        if where.scheduler:
            with _remote(where) as client:
                yield client
        else:
            with _local(where.workers or os.cpu_count() or 1) as client:
                yield client


@contextlib.contextmanager
def _local(workers: int) -> Iterator[Client]:
    # Certificates of this run alone: another user of this machine can't speak to the workers.
    security = Security.temporary()
    cluster = LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        processes=True,
        protocol="tls://",
        host="127.0.0.1",
        security=security,
        dashboard_address="127.0.0.1:0",
        worker_dashboard_address="127.0.0.1:0",
        silence_logs=logging.CRITICAL,
    )
    with cluster, Client(cluster, security=security, set_as_default=False) as client:
        yield client


@contextlib.contextmanager
def _remote(where: Where) -> Iterator[Client]:
    _check_address(where.scheduler)
    options: dict[str, Any] = {"timeout": where.patience, "set_as_default": False}
    if where.ca or where.cert or where.key:
        options["security"] = _security(where)
    try:
        client = Client(where.scheduler, **options)
    except (OSError, TimeoutError, ValueError, TypeError) as error:
        cause = str(error.__cause__ or error) or type(error).__name__
        raise ClusterError(
            f"no scheduler answers at {where.scheduler}: {cause}. Is it running, is this its "
            "address, and are these its certificates? `dask scheduler` prints the address."
        ) from error
    with client:
        try:
            client.wait_for_workers(1, timeout=where.patience)
        except TimeoutError:
            raise ClusterError(
                f"the scheduler at {where.scheduler} has no worker after "
                f"{where.patience:.0f} s. Start some: `dask worker {where.scheduler}`."
            ) from None
        yield client


def _security(where: Where) -> Security:
    for option, name in (("ca", where.ca), ("cert", where.cert), ("key", where.key)):
        if not Path(name).is_file():
            raise ClusterError(f"--tls-{option} must name a file (PEM), not {name!r}.")
    return Security(
        tls_ca_file=where.ca,
        tls_client_cert=where.cert,
        tls_client_key=where.key,
        require_encryption=True,
    )


def _check_address(address: str) -> None:
    """Only this machine may be spoken to in clear text."""
    parts = urlsplit(address if "//" in address else f"tcp://{address}")
    try:
        complete = bool(parts.hostname and parts.port)
    except ValueError:
        complete = False
    if parts.scheme not in ("tls", "tcp") or not complete:
        raise ClusterError(f"a scheduler's address is tls://HOST:PORT, not {address!r}.")
    if parts.scheme == "tcp" and not _is_this_machine(parts.hostname or ""):
        raise ClusterError(
            f"{address} is not encrypted: anyone on the way could read submissions and change "
            "marks. Start the scheduler and workers with TLS and give tls://HOST:PORT."
        )


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
