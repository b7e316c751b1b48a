"""Commands that run the server: serve, migrate."""

import argparse
import gc
import os
import socket
import ssl
import struct
import sys
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tallybook.core.failures import TallybookFailure
from tallybook.sync.upgrading import settle_after_upgrade

from .own_addresses import list_own_addresses, list_own_names, spell_host

THREADS = 8  # of each process
PORT_MAX = 65_535
REQUEST_TIMEOUT_SECONDS = 120
GARBAGE_THRESHOLD = 20_000  # new objects before those that refer to one another in a ring are looked for
STOP_TIMEOUT_SECONDS = 10  # for requests that run when the server is told to end
SILENCE_TIMEOUT_SECONDS = 30  # of a device in the middle of a request
DEAFNESS_TIMEOUT_SECONDS = 120  # of one that takes nothing of its answer; long, for slow lines have long buffers


class NotMigrated(TallybookFailure):
    """The database is older than the program."""

    code = "not_migrated"
    http_status = 503
    title = "The database is not ready for this version."
    remedy = "Run: tallybook migrate"


class CannotServe(TallybookFailure):
    """The address or the certificate cannot be used."""

    code = "cannot_serve"
    http_status = 500
    title = "The server cannot start."
    remedy = "Correct what is named and start again."


def add_to(subparsers: Any) -> None:
    """Add the commands."""
    serve = subparsers.add_parser("serve", help="serve the program to browsers")
    serve.add_argument(
        "--host", default="127.0.0.1", help="address to listen on; 0.0.0.0 for all of this machine's (127.0.0.1)"
    )
    serve.add_argument("--port", type=int, default=8000, help="(8000)")
    serve.add_argument("--certificate", type=Path, help="PEM file, for HTTPS")
    serve.add_argument("--key", type=Path, help="PEM file with the certificate's key")
    serve.set_defaults(run=_serve)
    migrate = subparsers.add_parser("migrate", help="make the database, or bring it up to this version")
    migrate.set_defaults(run=_migrate)


def _migrate(_arguments: argparse.Namespace) -> None:
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    if settled := settle_after_upgrade(at=datetime.now(UTC)):
        sys.stdout.write(f"Held entries that this version could judge: {settled:,}.\n")
    sys.stdout.write("The database is ready.\n")


def _serve(arguments: argparse.Namespace) -> None:
    host, is_https = arguments.host.strip().strip("[]"), arguments.certificate is not None
    _check_files(arguments)
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise NotMigrated
    connection.close()
    _check_address(host, arguments.port)
    names = _own_hosts(host)
    settings.ALLOWED_HOSTS += [spell_host(name) for name in names]
    if is_https:
        settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    scheme = "https" if is_https else "http"
    shown = [settings.PUBLIC_URL] if settings.PUBLIC_URL else []
    shown += [f"{scheme}://{spell_host(name)}:{arguments.port}" for name in names]
    sys.stdout.write(f"Tallybook is at {'  '.join(shown)}  (stop it with Ctrl+C)\n")
    sys.stdout.flush()
    _run_gunicorn(arguments, host)


def _own_hosts(host: str) -> list[str]:
    """Return the names and addresses that lead to a server listening on `host`."""
    try:
        address = ip_address(host)
    except ValueError:
        return [host.lower()]
    if address.is_loopback:
        return [host]
    return [*list_own_names(), *list_own_addresses()] if address.is_unspecified else [host, *list_own_names()]


def _check_files(arguments: argparse.Namespace) -> None:
    if (arguments.certificate is None) != (arguments.key is None):
        raise CannotServe("HTTPS needs both --certificate and --key.")
    if arguments.certificate is None:
        return
    for path in (arguments.certificate, arguments.key):
        if not path.is_file() or not os.access(path, os.R_OK):
            raise CannotServe(f"The file {path} cannot be read.")
    try:
        # No password: nobody is there to type one when the machine starts again.
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(
            arguments.certificate, arguments.key, password=lambda: ""
        )
    except (ssl.SSLError, ValueError) as wrong:
        raise CannotServe(
            f"{arguments.certificate} and {arguments.key} are not a certificate in PEM "
            f"and its own key without a password: {wrong}."
        ) from wrong


def _check_address(host: str, port: int) -> None:
    if not 1 <= port <= PORT_MAX:
        raise CannotServe(f"The port must be from 1 to {PORT_MAX:,}; {port} is not.")
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as taken:
            raise CannotServe(f"The address {spell_host(host)}:{port} cannot be used: {taken.strerror}.") from taken


def _give_up_on_the_silent(server: Any) -> None:
    """Let no device that went out of reach in the middle of a request keep a thread for ever."""
    # A connection inherits these from the socket that accepts it. A C timeval: seconds, microseconds.
    limits = {socket.SO_RCVTIMEO: SILENCE_TIMEOUT_SECONDS, socket.SO_SNDTIMEO: DEAFNESS_TIMEOUT_SECONDS}
    for listener in server.LISTENERS:
        for option, seconds in limits.items():
            listener.sock.setsockopt(socket.SOL_SOCKET, option, struct.pack("@ll", seconds, 0))


def _run_gunicorn(arguments: argparse.Namespace, host: str) -> None:
    from gunicorn.app.base import BaseApplication

    from .worker import Worker, hold_signals_in_new_processes

    options = {
        "bind": f"{spell_host(host)}:{arguments.port}",
        "worker_class": Worker,
        "workers": settings.WORKERS,
        "threads": THREADS,
        "timeout": REQUEST_TIMEOUT_SECONDS,
        "graceful_timeout": STOP_TIMEOUT_SECONDS,
        "certfile": str(arguments.certificate) if arguments.certificate else None,
        "keyfile": str(arguments.key) if arguments.key else None,
        "forwarded_allow_ips": "",  # one place alone believes a proxy: config/proxies.py
        "loglevel": "warning",
        "control_socket_disable": True,
        "when_ready": _give_up_on_the_silent,
    }

    class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
        def load_config(self) -> None:
            for name, value in options.items():
                if name in self.cfg.settings:
                    self.cfg.set(name, value)

        def load(self) -> Any:
            application = get_wsgi_application()  # made in the worker
            # A push makes thousands of short-lived objects: looking through the whole program for them
            # every few hundred took a twentieth of its time.
            gc.freeze()
            gc.set_threshold(GARBAGE_THRESHOLD)
            return application

    hold_signals_in_new_processes()
    Server().run()
