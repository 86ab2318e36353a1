"""A cluster of separate machines: scheduler, worker and desk each in a network of its own, TLS."""

from __future__ import annotations

import datetime
import ipaddress
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import small_course
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NAME = small_course.NAME
PORT = 8786
DESK, SCHEDULER, WORKER = "10.77.1.2", "10.77.1.1", "10.77.2.1"


def certificates(folder: Path) -> dict[str, str]:
    """A certificate authority of our own and one certificate by it, as PEM files."""
    folder.mkdir()
    issuer, node_name = (
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in ("test", "node")
    )
    now = datetime.datetime.now(datetime.timezone.utc)

    def issue(key, by, authority: bool) -> x509.Certificate:
        builder = (
            x509.CertificateBuilder()
            .subject_name(issuer if authority else node_name)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        )
        names = [x509.IPAddress(ipaddress.ip_address(one)) for one in (SCHEDULER, WORKER)]
        return builder.add_extension(x509.SubjectAlternativeName(names), False).sign(
            by, hashes.SHA256()
        )

    authority, node = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    made = {
        "ca": issue(authority, authority, True).public_bytes(serialization.Encoding.PEM),
        "cert": issue(node, authority, False).public_bytes(serialization.Encoding.PEM),
        "key": node.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
    }
    for kind, content in made.items():
        (folder / f"{kind}.pem").write_bytes(content)
    return {kind: str(folder / f"{kind}.pem") for kind in made}


@dataclass
class Networks:
    """Three networks: the desk's and the worker's, each joined to the scheduler's only."""

    tls: dict[str, str]
    tag: str = field(default_factory=lambda: f"gd{os.getpid()}")
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def make(self) -> None:
        for place in ("d", "s", "w"):
            self.ip("netns", "add", self.tag + place)
            self.ip("-n", self.tag + place, "link", "set", "lo", "up")
        self.join("d", f"{DESK}/24", "s", f"{SCHEDULER}/24")
        self.join("w", f"{WORKER}/24", "s", "10.77.2.2/24")

    def join(self, one: str, its: str, other: str, others: str) -> None:
        inner, outer = f"{self.tag}{one}{other}", f"{self.tag}{other}{one}"
        self.ip("link", "add", inner, "netns", self.tag + one, "type", "veth",
                "peer", "name", outer, "netns", self.tag + other)  # fmt: skip
        for place, device, address in ((one, inner, its), (other, outer, others)):
            self.ip("-n", self.tag + place, "addr", "add", address, "dev", device)
            self.ip("-n", self.tag + place, "link", "set", device, "up")

    def ip(self, *arguments: str) -> None:
        subprocess.run(["ip", *arguments], check=True, capture_output=True)

    def inside(self, place: str, *command: str) -> list[str]:
        return ["ip", "netns", "exec", self.tag + place, *command]

    def start(self, place: str, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        tls = [f"--tls-{kind}{'-file' if kind == 'ca' else ''}" for kind in self.tls]
        options = [part for pair in zip(tls, self.tls.values(), strict=True) for part in pair]
        command = [sys.executable, "-m", "distributed.cli." + program, *arguments, *options]
        started = subprocess.Popen(
            self.inside(place, *command),
            env=small_course.surroundings(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.running.append(started)
        return started

    def remove(self) -> None:
        for process in self.running:
            process.terminate()
        for process in self.running:
            process.wait()
        for place in ("d", "s", "w"):
            subprocess.run(["ip", "netns", "del", self.tag + place], capture_output=True)


@pytest.fixture(scope="module")
def networks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Networks]:
    missing = "root" if os.geteuid() else "" if shutil.which("ip") else "iproute2"
    if missing:
        if os.environ.get("CI"):
            pytest.fail(f"networks of their own need {missing}")
        pytest.skip(f"networks of their own need {missing}")
    made = Networks(certificates(tmp_path_factory.mktemp("tls") / "pem"))
    try:
        made.make()
        made.start("s", "dask_scheduler", "--protocol", "tls", "--port", str(PORT),
                   "--no-dashboard")  # fmt: skip
        made.start("w", "dask_worker", f"tls://10.77.2.2:{PORT}", "--nthreads", "1",
                   "--no-dashboard", "--protocol", "tls", "--host", WORKER,
                   "--local-directory", str(tmp_path_factory.mktemp("scratch")))  # fmt: skip
        yield made
    finally:
        made.remove()


def desk(networks: Networks, root: Path, *arguments: str, real: bool = True):
    """The desk's own command, run in the desk's network."""
    program = ["-m", "lib.grading"] if real else [small_course.__file__]
    command = [sys.executable, *program, "run", NAME, "--course", str(root), "--quiet"]
    return subprocess.run(
        networks.inside("d", *command, *arguments),
        env=small_course.surroundings(),
        capture_output=True,
        text=True,
    )


def tls(networks: Networks) -> list[str]:
    return [part for kind, path in networks.tls.items() for part in (f"--tls-{kind}", path)]


def test_the_same_command_on_a_cluster_over_tls(networks: Networks, tmp_path: Path) -> None:
    root = small_course.make_course(tmp_path)
    small_course.hand_in(root, "ada")
    small_course.hand_in(root, "bo", double="def double(x):\n    return 3 * x\n")
    there = ["--scheduler", f"tls://{SCHEDULER}:{PORT}", "--patience", "60"]
    done = desk(networks, root, *there, *tls(networks))
    assert done.returncode == 0, done.stderr
    assert "2 submissions; 2 graded" in done.stdout
    again = desk(networks, root, *there, *tls(networks))
    assert "0 executed in this run" in again.stdout


def test_the_networks_are_apart(networks: Networks) -> None:
    reach = "import socket, sys; socket.create_connection((sys.argv[1], int(sys.argv[2])), 5)"
    for place, address, joined in (("d", SCHEDULER, True), ("d", WORKER, False)):
        tried = subprocess.run(
            networks.inside(place, sys.executable, "-c", reach, address, str(PORT)),
            capture_output=True,
        )
        assert (tried.returncode == 0) == joined, tried.stderr


def test_without_a_certificate_nobody_gets_in(networks: Networks, tmp_path: Path) -> None:
    root = small_course.make_course(tmp_path / "course")
    small_course.hand_in(root, "ada")
    strangers = certificates(tmp_path / "strangers")
    there = ["--scheduler", f"tls://{SCHEDULER}:{PORT}", "--patience", "3"]
    options = [part for kind, path in strangers.items() for part in (f"--tls-{kind}", path)]
    done = desk(networks, root, *there, *options, real=False)
    assert done.returncode == 1
    assert f"no scheduler answers at tls://{SCHEDULER}:{PORT}" in done.stderr


def test_a_scheduler_that_goes_away_is_named_and_nothing_is_lost(
    networks: Networks, tmp_path: Path
) -> None:
    root = small_course.make_course(tmp_path)
    for number in range(12):
        small_course.hand_in(root, f"l{number:02}", words="SLOW")
    command = [sys.executable, small_course.__file__, "run", NAME, "--course", str(root)]
    there = ["--scheduler", f"tls://{SCHEDULER}:{PORT}", "--quiet", *tls(networks)]
    there += ["--patience", "10"]
    run = subprocess.Popen(
        networks.inside("d", *command, *there),
        env=small_course.surroundings(),
        stderr=subprocess.PIPE,
        text=True,
    )
    records = root / "desk" / NAME / "records"
    while not (records.is_dir() and len(list(records.iterdir())) > 2):
        assert run.poll() is None, run.communicate()
        time.sleep(0.05)
    networks.running[0].kill()
    _, said = run.communicate()
    assert run.returncode == 1
    assert "the scheduler has gone away" in said, said
    done = subprocess.run(
        [*command, "--workers", "1", "--quiet"],
        env=small_course.surroundings(),
        capture_output=True,
        text=True,
    )
    assert "12 submissions; 12 graded" in done.stdout, done.stderr
