"""What an administrator sets from outside: the data directory, the database, the public address."""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "[::1]")
SQLITE_BUSY_TIMEOUT_SECONDS = 20
CONNECTION_AGE_SECONDS = 60


def read_data_dir() -> Path:
    """Return the directory that holds everything, made if need be, for its owner alone."""
    data_dir = Path(os.environ.get("TALLYBOOK_DATA_DIR", "data")).resolve()
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    return data_dir


def read_secret_key(data_dir: Path) -> str:
    """Return the installation's secret, made at the first start and kept in the data directory."""
    path = data_dir / "secret-key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii")
    secret = secrets.token_urlsafe(50)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secret)
    return secret


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
                "timeout": SQLITE_BUSY_TIMEOUT_SECONDS,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
            },
            # A file, so that the threads of a test share it as the threads of a server do.
            "TEST": {"NAME": data_dir / "test.sqlite3"},
        }
    try:
        told = conninfo_to_dict(url)
    except ProgrammingError as wrong:
        raise ImproperlyConfigured(f"TALLYBOOK_DATABASE_URL cannot be read: {wrong}") from wrong
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
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path:
        raise ImproperlyConfigured("TALLYBOOK_PUBLIC_URL must be like https://tallybook.example.org")
    return url, parts.hostname


def read_is_proxied() -> bool:
    """Return whether a proxy of the agency's own stands before this server and tells the scheme."""
    return os.environ.get("TALLYBOOK_TRUSTED_PROXIES", "") != ""
