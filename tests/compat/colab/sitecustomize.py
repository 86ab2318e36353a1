"""Loaded by every Python that has this folder on its path: it makes the machine look like Colab.

`google.colab` is there, `pip` only notes what it is asked for, and nothing outside can be reached.
"""

import socket

import google.colab  # noqa: F401  (Colab has imported it before the first cell)

_connect = socket.socket.connect


def _connect_here(self, address):
    if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "localhost", "::1"):
        raise OSError(f"there is no network in this test; asked for {address}")
    return _connect(self, address)


socket.socket.connect = _connect_here
