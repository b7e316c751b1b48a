"""What every test stands on: a data folder of its own, the database under test, real files of agencies."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.run_tests import real_files
from tests.support.postgres import Cluster, new_database, throwaway_cluster

# Before Django reads its settings: no test may touch what a person keeps in ./data.
DATA_DIR = Path(tempfile.mkdtemp(prefix="tallybook-tests-"))
os.environ["TALLYBOOK_DATA_DIR"] = str(DATA_DIR)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tallybook.config.settings")

if "pytest_django" in sys.modules:  # not with `-p no:django`, for tests that read the code alone
    import django
    from django.contrib.auth.hashers import Argon2PasswordHasher

    django.setup()
    # The same way of hashing, with as little work as it allows: a quarter of a second for each password was most of
    # what many tests did. A server in a process of its own is not touched; how hard its are: test_commands.
    Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost, Argon2PasswordHasher.parallelism = 1, 8, 1


def pytest_unconfigure() -> None:
    """Leave nothing behind."""
    shutil.rmtree(DATA_DIR, ignore_errors=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL, run what can meet it: a test that asks for no database is the same as it was on SQLite.

    None can meet it without asking: in this process pytest-django refuses the query, and a server process is told of
    its database by `RunningServer` alone. That no test reads the environment instead: tests/tidy.
    """
    if "TALLYBOOK_DATABASE_URL" in os.environ:
        left_out = [one for one in items if not meets_the_database(one)]
        items[:] = [one for one in items if meets_the_database(one)]
        config.hook.pytest_deselected(items=left_out)


def meets_the_database(item: pytest.Item) -> bool:
    """Whether a test asks for the database of this run, or for a PostgreSQL of its own."""
    asked = set(getattr(item, "fixturenames", ()))
    marked = any(item.get_closest_marker(one) for one in ("django_db", "postgres"))
    return marked or not asked.isdisjoint(("django_db_setup", "database_of_run", "postgres_cluster"))


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[Cluster]:
    """A PostgreSQL of this test session alone, which may be killed and started again."""
    with throwaway_cluster() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def database_of_run() -> str | None:
    """The PostgreSQL that this run is on, where more databases can be made; None is SQLite."""
    return os.environ.get("TALLYBOOK_DATABASE_URL")


@pytest.fixture
def database_url(database_of_run: str | None) -> Iterator[str | None]:
    """A new, empty database for a server process: PostgreSQL where this run is on it; None is SQLite."""
    if database_of_run is None:
        yield None
        return
    with new_database(database_of_run) as made:
        yield made


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real files, for tests marked `real_data`."""
    return real_files()
