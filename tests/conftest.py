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

    django.setup()


def pytest_unconfigure() -> None:
    """Leave nothing behind."""
    shutil.rmtree(DATA_DIR, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[Cluster]:
    """A PostgreSQL of this test session alone, which may be killed and started again."""
    with throwaway_cluster() as cluster:
        yield cluster


@pytest.fixture
def database_url() -> Iterator[str | None]:
    """A new, empty database for a server process: PostgreSQL where this run is on it; None is SQLite."""
    url = os.environ.get("TALLYBOOK_DATABASE_URL")
    if url is None:
        yield None
        return
    with new_database(url) as made:
        yield made


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real files, for tests marked `real_data`."""
    return real_files()
