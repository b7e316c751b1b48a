"""The processes that serve requests, and how they end when the server is told to."""

import os
import signal
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

ENDING = (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM)


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's worker with threads, which Ctrl+C ends at any moment.

    gunicorn's own takes the lock of its thread pool in the signal's handler. Where the signal came while the same
    thread held that lock, to give a request to the pool, the worker waited for itself until it was killed, and the
    requests that ran with it.
    """

    def init_signals(self) -> None:
        """Listen to the master alone, and from here on to what it said since this process began."""
        super().init_signals()
        # A terminal sends Ctrl+C to every process; the master passes it on as SIGQUIT. Once is enough.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)

    def handle_quit(self, sig: int, frame: Any) -> None:
        """Let requests that run finish, and close the connections that wait for a next one at once."""
        self.alive = False
        self.method_queue.defer(self.murder_keepalived, True)


def hold_signals_in_new_processes() -> None:
    """Let no process miss that it is told to end because it began just then.

    Until a new process has its own handlers it has its master's, which only note the signal. So the signals wait:
    in the master until the process is there, in the process until it listens.
    """
    os.register_at_fork(
        before=lambda: signal.pthread_sigmask(signal.SIG_BLOCK, ENDING),
        after_in_parent=lambda: signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING),
    )
