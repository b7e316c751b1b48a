"""Commands that run the server: serve, migrate."""

import argparse
import os
import socket
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tallybook.core.failures import TallybookFailure

THREADS = 8
PROCESSES_ON_POSTGRESQL = 2
REQUEST_TIMEOUT_SECONDS = 120
LOOPBACK = ("127.0.0.1", "::1", "localhost")


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
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8000)
    serve.add_argument("--certificate", type=Path, help="PEM file, for HTTPS")
    serve.add_argument("--key", type=Path, help="PEM file with the certificate's key")
    serve.set_defaults(run=_serve)
    migrate = subparsers.add_parser("migrate", help="make the database, or bring it up to this version")
    migrate.set_defaults(run=_migrate)


def _migrate(_arguments: argparse.Namespace) -> None:
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    sys.stdout.write("The database is ready.\n")


def _serve(arguments: argparse.Namespace) -> None:
    _check_files(arguments)
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise NotMigrated
    connection.close()
    is_https = arguments.certificate is not None
    _check_address(arguments.host, arguments.port)
    _prepare_settings(arguments.host, is_https=is_https)
    scheme = "https" if is_https else "http"
    sys.stdout.write(f"Tallybook is at {scheme}://{arguments.host}:{arguments.port}  (stop it with Ctrl+C)\n")
    sys.stdout.flush()
    _run_gunicorn(arguments)


def _check_files(arguments: argparse.Namespace) -> None:
    if (arguments.certificate is None) != (arguments.key is None):
        raise CannotServe("HTTPS needs both --certificate and --key.")
    for path in (arguments.certificate, arguments.key):
        if path is not None and not os.access(path, os.R_OK):
            raise CannotServe(f"The file {path} cannot be read.")


def _check_address(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as taken:
            raise CannotServe(f"The address {host}:{port} cannot be used: {taken}.") from taken


def _prepare_settings(host: str, *, is_https: bool) -> None:
    if host not in LOOPBACK:
        name = socket.gethostname()
        found = {str(one[4][0]) for one in socket.getaddrinfo(name, None)}
        settings.ALLOWED_HOSTS += [name, host, *found]
    if is_https:
        settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True


def _run_gunicorn(arguments: argparse.Namespace) -> None:
    from gunicorn.app.base import BaseApplication

    on_postgresql = connection.vendor == "postgresql"
    options = {
        "bind": f"{arguments.host}:{arguments.port}",
        "worker_class": "gthread",
        "workers": int(os.environ.get("TALLYBOOK_WORKERS", PROCESSES_ON_POSTGRESQL if on_postgresql else 1)),
        "threads": THREADS,
        "timeout": REQUEST_TIMEOUT_SECONDS,
        "certfile": str(arguments.certificate) if arguments.certificate else None,
        "keyfile": str(arguments.key) if arguments.key else None,
        "forwarded_allow_ips": os.environ.get("TALLYBOOK_TRUSTED_PROXIES", ""),
        "loglevel": "warning",
        "control_socket_disable": True,
    }

    class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
        def load_config(self) -> None:
            for name, value in options.items():
                if name in self.cfg.settings:
                    self.cfg.set(name, value)

        def load(self) -> Any:
            return get_wsgi_application()  # made in the worker

    Server().run()
