"""A line to a server that can go bad: slow, silent, cut at a certain word."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from pathlib import Path
from typing import Self

_CHUNK = 65536


class Proxy:
    """Listens on a port of this machine and forwards to a server's socket, for as long as it likes.

    Attributes:
        target: the server's socket, for lines from now on.
        delay: seconds by which everything that the server says comes later.
        silent: nothing is forwarded any more, in neither direction; nobody is told.
        lost: set once an answer was thrown away.
        lose: `answer` lets a COMMIT through and cuts the line before its answer, `question` cuts
            the line before the COMMIT gets to the server. It happens once.
    """

    def __init__(self, target: Path) -> None:
        self.delay = 0.0
        self.silent = False
        self.lose: str | None = None
        self.commits = 0
        self.lost = threading.Event()
        self.target = target
        self._lines: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()

    def url(self, database: str, user: str = "admin") -> str:
        """The address of a database behind the line."""
        return f"postgresql+psycopg://{user}@127.0.0.1:{self.port}/{database}"

    def cut(self) -> None:
        """Cut every line there is, so that both ends know."""
        while self._lines:
            self._close(self._lines.pop())

    def _accept(self) -> None:
        while True:
            try:
                client, _address = self._listener.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            try:
                server.connect(str(self.target))
            except OSError:
                self._close(server)
                self._close(client)
                continue
            self._lines += [client, server]
            line = _Line()
            for pump in (
                lambda c=client, s=server, n=line: self._to_server(c, s, n),
                lambda c=client, s=server, n=line: self._to_client(s, c, n),
            ):
                threading.Thread(target=pump, daemon=True).start()

    def _to_server(self, client: socket.socket, server: socket.socket, line: _Line) -> None:
        for chunk in self._chunks(client):
            if b"COMMIT\0" in chunk:
                self.commits += 1
                if self.lose == "question":
                    self.lose = None
                    break
                if self.lose == "answer":
                    self.lose = None
                    line.answers_are_lost = True
            try:
                server.sendall(chunk)
            except OSError:
                break
        self._close(client)
        if not line.answers_are_lost:
            self._close(server)

    def _to_client(self, server: socket.socket, client: socket.socket, line: _Line) -> None:
        for chunk in self._chunks(server):
            if line.answers_are_lost:
                self.lost.set()
                break
            if self.delay:
                time.sleep(self.delay)
            try:
                client.sendall(chunk)
            except OSError:
                break
        self._close(client)
        self._close(server)

    def _chunks(self, source: socket.socket):
        while True:
            try:
                chunk = source.recv(_CHUNK)
            except OSError:
                return
            if not chunk:
                return
            while self.silent:
                time.sleep(0.02)
                if source.fileno() < 0:
                    return
            yield chunk

    @staticmethod
    def _close(line: socket.socket) -> None:
        with contextlib.suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)
        line.close()


class _Line:
    """What the two directions of one line tell each other."""

    answers_are_lost = False
