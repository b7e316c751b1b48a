"""What an administrator sets from outside, by `TALLYBOOK_*` variables; see docs/running/settings.md."""

import os
import secrets
import tempfile
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from tallybook.contracts.accuracy import ACCURACY_MAX, DEFAULT_ACCURACY_BY_UNIT

LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "[::1]")
LOCK_TIMEOUT_SECONDS = 20  # then a push is rolled back, and the device sends it again
IDLE_TRANSACTION_SECONDS = 60  # a process that died elsewhere keeps its locks no longer
CONNECTION_AGE_SECONDS = 60
WORKERS_MAX = 64
UNITS_MAX = 100

Network = IPv4Network | IPv6Network


def read_data_dir() -> Path:
    """Return the directory that holds everything, made if need be, for its owner alone."""
    data_dir = Path(os.environ.get("TALLYBOOK_DATA_DIR") or "data").resolve()
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as refused:
        raise ImproperlyConfigured(f"TALLYBOOK_DATA_DIR cannot be made at {data_dir}: {refused.strerror}.") from refused
    return data_dir


def read_secret_key(data_dir: Path) -> str:
    """Return the installation's secret, made at the first start and kept in the data directory."""
    path = data_dir / "secret-key"
    try:
        if not path.exists():
            _make_secret_key(path)
        return path.read_text(encoding="ascii")
    except OSError as refused:
        raise ImproperlyConfigured(f"The file {path} cannot be used: {refused.strerror}.") from refused


def _make_secret_key(path: Path) -> None:
    # Whole before it has its name: a second process that starts now reads all of it or makes none.
    descriptor, unnamed = tempfile.mkstemp(dir=path.parent)  # for its owner alone
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(50))
            file.flush()
            os.fsync(file.fileno())
        os.link(unnamed, path)
    except FileExistsError:
        return  # the other process was first
    finally:
        Path(unnamed).unlink()


def read_database(data_dir: Path) -> dict[str, Any]:
    """Return Django's description of the database: PostgreSQL by `TALLYBOOK_DATABASE_URL`, else SQLite."""
    url = os.environ.get("TALLYBOOK_DATABASE_URL", "")
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": data_dir / "tallybook.sqlite3",
            "CONN_MAX_AGE": CONNECTION_AGE_SECONDS,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": LOCK_TIMEOUT_SECONDS,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
            },
            # A file, so that the threads of a test share it as the threads of a server do.
            "TEST": {"NAME": data_dir / "test.sqlite3"},
        }
    try:
        told = conninfo_to_dict(url)
    except ProgrammingError as wrong:
        raise ImproperlyConfigured(f"TALLYBOOK_DATABASE_URL cannot be read: {wrong}") from wrong
    # Whoever gives `options` of his own in the URL has chosen these as well.
    limits = {"lock_timeout": LOCK_TIMEOUT_SECONDS, "idle_in_transaction_session_timeout": IDLE_TRANSACTION_SECONDS}
    told.setdefault("options", " ".join(f"-c {name}={seconds}s" for name, seconds in limits.items()))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": told.pop("dbname", "tallybook"),
        "USER": told.pop("user", ""),
        "PASSWORD": told.pop("password", ""),
        "HOST": told.pop("host", ""),
        "PORT": str(told.pop("port", "")),
        "CONN_MAX_AGE": CONNECTION_AGE_SECONDS,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": told,
    }


def read_public_url() -> tuple[str, str]:
    """Return the origin under which people reach this server, and its host; empty where it is not set."""
    url = os.environ.get("TALLYBOOK_PUBLIC_URL", "").rstrip("/")
    if not url:
        return "", ""
    try:
        parts = urlsplit(url.lower())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        parts, host, port = urlsplit(""), "", None
    host = f"[{host}]" if ":" in host else host
    origin = f"{parts.scheme}://{host}" + (f":{port}" if port is not None else "")
    if parts.scheme not in ("http", "https") or not host or url.lower() != origin:
        raise ImproperlyConfigured(
            f"TALLYBOOK_PUBLIC_URL must be like https://tallybook.example.org, without a path; it is {url}"
        )
    return origin, host


def read_trusted_proxies() -> tuple[Network, ...]:
    """Return the networks of the agency's own proxies, which tell the scheme and who asks; see `proxies.py`."""
    told = [one.strip() for one in os.environ.get("TALLYBOOK_TRUSTED_PROXIES", "").split(",")]
    try:
        return tuple(ip_network(one) for one in told if one)
    except ValueError as wrong:
        raise ImproperlyConfigured(
            f"TALLYBOOK_TRUSTED_PROXIES must be addresses or networks like 127.0.0.1, 10.0.0.0/24: {wrong}."
        ) from wrong


def read_workers(*, on_postgresql: bool) -> int:
    """Return how many processes serve: two on PostgreSQL, else one, which is enough where one may write."""
    told = os.environ.get("TALLYBOOK_WORKERS", "") or ("2" if on_postgresql else "1")
    if not (told.isascii() and told.isdigit() and 1 <= int(told[:9]) <= WORKERS_MAX):
        raise ImproperlyConfigured(f"TALLYBOOK_WORKERS must be a whole number from 1 to {WORKERS_MAX}.")
    return int(told)


def read_service_worker() -> bool:
    """Return whether browsers get the service worker, or one that removes itself."""
    told = os.environ.get("TALLYBOOK_SERVICE_WORKER", "") or "on"
    if told not in ("on", "off"):
        raise ImproperlyConfigured(f"TALLYBOOK_SERVICE_WORKER must be on or off; it is {told}")
    return told == "on"


def read_accuracy_by_unit() -> Mapping[str, int]:
    """Return the decimals of an item's quantities by unit; `*` stands for every other unit."""
    told = os.environ.get("TALLYBOOK_ACCURACY_BY_UNIT", "")
    decimals_by_unit = dict(DEFAULT_ACCURACY_BY_UNIT)
    for one in filter(None, (part.strip() for part in told.split(",")[: UNITS_MAX + 1])):
        unit, _, decimals = one.rpartition("=")
        if not unit.strip() or decimals.strip() not in map(str, range(ACCURACY_MAX + 1)):
            raise ImproperlyConfigured(
                f"TALLYBOOK_ACCURACY_BY_UNIT must be like LS=4, EACH=2, *=3, with 0 to {ACCURACY_MAX}; {one} is not."
            )
        decimals_by_unit[unit.strip()] = int(decimals)
    if len(decimals_by_unit) > UNITS_MAX:
        raise ImproperlyConfigured(f"TALLYBOOK_ACCURACY_BY_UNIT may have at most {UNITS_MAX} units.")
    return decimals_by_unit
