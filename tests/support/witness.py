"""A witness between browser and server: it passes every byte on, and remembers what was asked."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from collections.abc import Iterator

REQUEST_LINE = re.compile(rb"(?:^|\r\n\r\n|\n)(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) (\S+) HTTP/1\.1\r\n")
CHUNK_BYTES = 65_536


class Witness:
    """Listens on a port of its own and speaks to the server for whoever connects."""

    def __init__(self, *, server_port: int) -> None:
        """Listen; nothing is passed on before somebody connects."""
        self.server_port = server_port
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.asked: list[str] = []
        self.connections = 0
        self.held: list[str] = []
        self._held_part = ""
        self._is_free = threading.Event()
        self._is_free.set()
        threading.Thread(target=self._listen, daemon=True).start()

    def close(self) -> None:
        """Let nobody connect any more."""
        self.let_go()
        self.listener.close()

    def forget(self) -> None:
        """Begin to remember anew."""
        self.asked.clear()
        self.connections = 0

    def hold(self, part: str) -> None:
        """Keep back what is asked with this in its address, and remember it in `held`, until `let_go`."""
        self.held, self._held_part = [], part
        self._is_free.clear()

    def let_go(self) -> None:
        """Pass on what was kept back."""
        self._held_part = ""
        self._is_free.set()

    def _listen(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._pass_on, args=(client,), daemon=True).start()

    def _pass_on(self, client: socket.socket) -> None:
        try:
            server = socket.create_connection(("127.0.0.1", self.server_port))
        except OSError:
            client.close()
            return
        threading.Thread(target=self._copy, args=(server, client, False), daemon=True).start()
        self._copy(client, server, True)

    def _copy(self, source: socket.socket, target: socket.socket, is_asking: bool) -> None:
        with contextlib.suppress(OSError):
            while chunk := source.recv(CHUNK_BYTES):
                if is_asking:
                    self._hear([f"{one[1].decode()} {one[2].decode()}" for one in REQUEST_LINE.finditer(chunk)])
                target.sendall(chunk)
        for one in (source, target):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _hear(self, asked: list[str]) -> None:
        self.asked += asked
        if self._held_part and any(self._held_part in one for one in asked):
            self.held += asked
            self._is_free.wait()


@contextlib.contextmanager
def witness_before(server_port: int) -> Iterator[Witness]:
    """A witness before the server on this port, gone at the end."""
    witness = Witness(server_port=server_port)
    try:
        yield witness
    finally:
        witness.close()
