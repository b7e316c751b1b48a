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
        threading.Thread(target=self._listen, daemon=True).start()

    def close(self) -> None:
        """Let nobody connect any more."""
        self.listener.close()

    def forget(self) -> None:
        """Begin to remember anew."""
        self.asked.clear()
        self.connections = 0

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
                    found = REQUEST_LINE.finditer(chunk)
                    self.asked += [f"{one[1].decode()} {one[2].decode()}" for one in found]
                target.sendall(chunk)
        for one in (source, target):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()


@contextlib.contextmanager
def witness_before(server_port: int) -> Iterator[Witness]:
    """A witness before the server on this port, gone at the end."""
    witness = Witness(server_port=server_port)
    try:
        yield witness
    finally:
        witness.close()
