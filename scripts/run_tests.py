"""Run every check and every test: a flat list of named steps that stops at the first failure.

Those that only read the code run two at once: none of them uses more than one core.

python3 -m scripts.run_tests          all of it, as `make test` does
python3 -m scripts.run_tests check    what needs no running program, as `make check` does
python3 -m scripts.run_tests fix      what a machine can put right, as `make fix` does
python3 -m scripts.run_tests torture  what kills again and again, at full length, as `make torture` does
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path

from scripts import setup

ROOT = setup.ROOT
BIN = setup.VENV / "bin"
PYTHON = str(BIN / "python")

# Every folder of tests/ stands in one of these; tests/tidy says so when one does not.
RULES = ("tidy", "docs")
BOTH_DATABASES = ("unit", "vectors", "features", "storage", "sync")
STORIES = ("simulation",)
BROWSER = ("e2e",)
# Short in `make test`, in the steps of the server and of the browser; at full length in `make torture`.
TORTURE = ("torture",)
KILLED_BROWSER = "tests/e2e/test_device_journal.py"  # among the others of its kind
KILLS_OF_SERVERS = "50"
KILLS_OF_BROWSERS = "100"

AT_ONCE = 2
WORKERS = ("-n", str(AT_ONCE))


@dataclass(frozen=True)
class Step:
    """One command with a name; `web` says that it runs in web/ by npm, `postgres` beside a cluster."""

    name: str
    command: tuple[str, ...]
    web: bool = False
    postgres: bool = False
    folders: tuple[str, ...] = ()
    kills: str = ""  # how often each test of the torture kills; empty: as often as is short
    reads: bool = False  # reads the code and changes nothing, so that it may run beside others


def tool(name: str, *arguments: str) -> tuple[str, ...]:
    """A program of the virtual environment."""
    return (str(BIN / name), *arguments)


def npm_script(name: str, *command: str) -> Step:
    """A step of the client."""
    return Step(name, command, web=True)


def pytest_step(name: str, folders: tuple[str, ...], marks: str, *more: str, postgres: bool = False) -> Step:
    """A step of pytest over some folders of tests/."""
    there = [f"tests/{folder}" for folder in folders if (ROOT / "tests" / folder).is_dir()]
    command = (PYTHON, "-m", "pytest", "-q", "-m", marks + unread(), *more, *there)
    return Step(name, command, postgres=postgres, folders=tuple(there))


def unread() -> str:
    """Leave the tests of real files out where there are none; `main` says so aloud."""
    return "" if real_files().is_dir() else " and not real_data"


def real_files() -> Path:
    """Where real files of agencies lie: beside the repository, unless the environment says."""
    return Path(os.environ.get("TALLYBOOK_TEST_DATA") or ROOT.parent / "shared" / "data")


def check_steps() -> list[Step]:
    """What reads the code and runs none of it: what is quick first, then the longest, beside all the others."""
    steps = [
        Step("ruff", tool("ruff", "check", ".")),
        Step("ruff format", tool("ruff", "format", "--check", ".")),
        npm_script("eslint", "run", "--silent", "lint"),
        Step("mypy", tool("mypy")),
        Step("layers of the server", tool("lint-imports")),
        npm_script("svelte-check and tsc", "run", "--silent", "check"),
        npm_script("prettier", "exec", "--", "prettier", "--check", "--log-level", "warn", "."),
        npm_script("layers of the client", "run", "--silent", "layers"),
    ]
    return [replace(step, reads=True) for step in steps]


def test_steps() -> list[Step]:
    """What runs the code: what is quick and broad first, what is slow and narrow last."""
    no_browser = "not browser"
    return [
        pytest_step("rules of the repository", RULES, no_browser),
        pytest_step("server on SQLite", BOTH_DATABASES + TORTURE, f"{no_browser} and not postgres", *WORKERS),
        pytest_step("server on PostgreSQL", BOTH_DATABASES + TORTURE, no_browser, *WORKERS, postgres=True),
        npm_script("client", "run", "--silent", "test"),
        pytest_step("simulation", STORIES, no_browser),
        # By file: what a file makes once is made once.
        pytest_step("browser", BROWSER + TORTURE, "browser", *WORKERS, "--dist", "loadfile"),
    ]


def torture_steps() -> list[Step]:
    """What kills again and again, each test with the machine for itself. `-s`: they say how often, and what it hit."""
    on_server = "not browser and not postgres"
    return [
        replace(pytest_step("servers killed on SQLite", TORTURE, on_server, "-s"), kills=KILLS_OF_SERVERS),
        replace(
            pytest_step("servers killed on PostgreSQL", TORTURE, "not browser", "-s", postgres=True),
            kills=KILLS_OF_SERVERS,
        ),
        replace(pytest_step("browsers killed", TORTURE, "browser", "-s", KILLED_BROWSER), kills=KILLS_OF_BROWSERS),
    ]


def fix_steps() -> list[Step]:
    """What a machine can put right."""
    return [
        Step("ruff --fix", tool("ruff", "check", "--fix", "--quiet", "--exit-zero", ".")),
        Step("ruff format", tool("ruff", "format", "--quiet", ".")),
        npm_script("eslint --fix", "exec", "--", "eslint", "--fix", "--quiet", "."),
        npm_script("prettier --write", "exec", "--", "prettier", "--write", "--log-level", "warn", "."),
    ]


def full_command(step: Step) -> tuple[list[str], dict[str, str]]:
    """The step's whole command and its environment."""
    # Some machines forbid Python to keep what it compiled: each of some hundred servers would compile it anew.
    env = {**os.environ, "NO_COLOR": "1", "PYTHONDONTWRITEBYTECODE": ""}
    if step.kills:
        env["TALLYBOOK_TEST_KILLS"] = step.kills
    if step.web:
        command, node_env = setup.npm(*step.command)
        return command, {**node_env, "NO_COLOR": "1", "CI": "true"}
    if step.postgres:
        return [PYTHON, "-m", "tests.support.postgres", "--", *step.command], env
    return list(step.command), env


def run_step(step: Step) -> bool:
    """Run one step with its output in sight, or in one piece at its end where others run; say how long it took."""
    if not step.reads:
        print(f"\n--- {step.name}", flush=True)
    command, env = full_command(step)
    started = time.monotonic()
    finished = subprocess.run(
        command,
        cwd=setup.WEB if step.web else ROOT,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if step.reads else None,
        stderr=subprocess.STDOUT if step.reads else None,
        text=True,
        check=False,
    )
    seconds = time.monotonic() - started
    passed = finished.returncode == 0
    said = f"\n--- {step.name}\n{finished.stdout}" if step.reads else ""
    print(f"{said}--- {step.name}: {'passed' if passed else 'FAILED'} in {seconds:.1f} s", flush=True)
    TIMES.append((step.name, seconds))
    return passed


TIMES: list[tuple[str, float]] = []


def find_failed(steps: list[Step]) -> Step | None:
    """Run the steps in order, those that read the code side by side; return the first that fails: no other begins."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        begun = {pool.submit(run_step, step): step for step in steps if step.reads}
        for one in as_completed(begun):
            if not one.result():
                pool.shutdown(cancel_futures=True)
                return begun[one]
    return next((step for step in steps if not step.reads and not run_step(step)), None)


def run_steps(steps: list[Step]) -> int:
    """Run the steps, stop at the first that fails, end with the summary."""
    started = time.monotonic()
    for empty in [step for step in steps if step.command[1:3] == ("-m", "pytest") and not step.folders]:
        print(f"\n--- {empty.name}: has no folder under tests/ yet", flush=True)
        steps.remove(empty)
    failed = find_failed(steps)
    if failed is not None:
        print(f"\nFAILED: {failed.name}. The steps behind it did not run.", flush=True)
        print(f"Run it alone: {' '.join(full_command(failed)[0])}", flush=True)
        return 1
    print("\nAll of it passed:")
    for name, seconds in TIMES:
        print(f"  {seconds:7.1f} s  {name}")
    print(f"  {time.monotonic() - started:7.1f} s  together", flush=True)
    return 0


def main() -> int:
    """Pick the list that was asked for, and run it."""
    wanted = sys.argv[1] if len(sys.argv) > 1 else "all"
    lists: dict[str, Callable[[], list[Step]]] = {
        "check": check_steps,
        "fix": fix_steps,
        "torture": torture_steps,
        "all": lambda: [*check_steps(), *test_steps()],
    }
    if wanted not in lists:
        print(__doc__, file=sys.stderr)
        return 2
    if wanted == "all" and not real_files().is_dir():
        print(f"No real files at {real_files()}: the tests that read them are left out.")
    return run_steps(lists[wanted]())


if __name__ == "__main__":
    sys.exit(main())
