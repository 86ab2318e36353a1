"""Show the built book on this machine only."""

from __future__ import annotations

import argparse
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

from lib.project import book


def server(port: int) -> ThreadingHTTPServer:
    """A server of `_build/html` on localhost; port 0 picks a free one."""
    handler = partial(SimpleHTTPRequestHandler, directory=str(book.HTML))
    return ThreadingHTTPServer(("127.0.0.1", port), handler)


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser("serve", description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    port = parser.parse_args(argv).port
    book.build()
    try:
        with server(port) as running:
            address = f"http://localhost:{running.server_port}"
            print(f"The book: {address}  (stop with Ctrl-C)", flush=True)
            running.serve_forever()
    except KeyboardInterrupt:
        print()
    except (OSError, OverflowError) as error:
        raise SystemExit(f"Port {port} can't be used ({error}); try --port 8001.") from error
    return 0
