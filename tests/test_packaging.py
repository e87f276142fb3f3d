"""What is built, pinned and set up is what is promised: wheel, locks, licences, environment."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from email.parser import HeaderParser
from importlib.metadata import Distribution, distribution, packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
RUNTIME = [Requirement(each) for each in PROJECT["dependencies"]]
EXTRAS = PROJECT["optional-dependencies"]
TEST = [Requirement(each) for each in EXTRAS["test"]]
TEAM = [Requirement(each) for each in EXTRAS["team"]]
# Imported where an extra is asked for, with a message where it is not there.
ASKED_FOR = [*TEAM, *map(Requirement, [*EXTRAS["report"], *EXTRAS["transcribe"]])]
OWN = {"toolkit"}
LOCKS = ("requirements.lock", "requirements-test.lock", ".ci/installer.lock")

# Declared, but imported by nobody here: what the notebooks run in.
SURROUNDINGS = {"ipykernel", "ipython", "ipywidgets", "jupyterlab"}
# Of the extra "team", under the LGPL: used as a library and unchanged, which that licence allows
# whatever our own is; an installation without the extra has none of it.
LESSER = {"psycopg", "psycopg-binary"}
# Imported, but declared by somebody else who guarantees it.
GUARANTEED = {"pydantic-core": "pydantic"}


# The locks ----------------------------------------------------------------------------------


def pins(lock: str) -> list[tuple[Requirement, list[str]]]:
    """Requirement and hashes of every entry of a lock; any other line is an error."""
    text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    entries = []
    for line in text.splitlines():
        pin, *hashes = re.split(r"\s+--hash=", line.strip())
        entries.append((Requirement(pin), hashes))
    return entries


def pinned_for(lock: str, python: str, platform: str = "linux") -> dict[str, str]:
    """Name to version that a lock gives one kind of machine; two versions of one are an error."""
    systems = {"linux": ("Linux", "posix"), "darwin": ("Darwin", "posix")}
    system, os_name = systems[platform]
    machine = {
        "python_version": python,
        "python_full_version": f"{python}.9",
        "sys_platform": platform,
        "platform_system": system,
        "os_name": os_name,
        "extra": "",
    }
    chosen: dict[str, str] = {}
    for pin, _ in pins(lock):
        if pin.marker is None or pin.marker.evaluate(machine):
            name = canonicalize_name(pin.name)
            assert name not in chosen, f"{lock}: {name} twice on Python {python}, {platform}"
            chosen[name] = str(pin.specifier).removeprefix("==")
    return chosen


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_is_exact_and_has_its_hashes(lock: str) -> None:
    for pin, hashes in pins(lock):
        assert re.fullmatch(r"==[\w.+!]+", str(pin.specifier)), pin
        assert pin.url is None, pin
        assert hashes, pin
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", each) for each in hashes), pin


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_place_on_the_net_or_on_a_disk(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert re.findall(r"(?m)://|^\s*-[^-].*|^\s*--(?!hash)\S+|^#.*|\.whl|file:", text) == []


@pytest.mark.parametrize("platform", ["linux", "darwin"])
@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
def test_the_locks_cover_every_dependency_within_its_range(python: str, platform: str) -> None:
    asked = {"requirements.lock": RUNTIME, "requirements-test.lock": RUNTIME + TEST + TEAM}
    for lock, wanted in asked.items():
        have = pinned_for(lock, python, platform)
        for each in wanted:
            assert have.get(canonicalize_name(each.name), "missing") in each.specifier, each


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
def test_what_is_tested_is_what_runs(python: str) -> None:
    tested = pinned_for("requirements-test.lock", python)
    for lock in ("requirements.lock", ".ci/installer.lock"):
        differs = {
            name: (version, tested[name])
            for name, version in pinned_for(lock, python).items()
            if name in tested and tested[name] != version
        }
        assert differs == {}
    assert pinned_for("requirements.lock", python).keys() <= tested.keys()


def test_this_environment_is_the_one_that_is_locked() -> None:
    here = [pin for pin, _ in pins("requirements-test.lock")]
    here = [pin for pin in here if pin.marker is None or pin.marker.evaluate()]
    differs = {str(pin) for pin in here if distribution(pin.name).version not in pin.specifier}
    assert differs == set()


# Dependencies -------------------------------------------------------------------------------


def imported() -> dict[str, str]:
    """Distributions of other people that the package imports, and where."""
    providers = packages_distributions()
    found: dict[str, str] = {}
    for path in sorted((ROOT / "toolkit").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module]
            for top in {each.partition(".")[0] for each in names} - sys.stdlib_module_names - OWN:
                for each in providers.get(top, [top]):
                    found[canonicalize_name(each)] = f"{path.name}:{node.lineno}"
    return found


def test_every_import_is_declared_and_everything_declared_is_needed() -> None:
    declared = {canonicalize_name(each.name) for each in RUNTIME}
    used = imported()
    extras = {canonicalize_name(each.name) for each in ASKED_FOR}
    known = declared | extras | GUARANTEED.keys()
    assert {name: place for name, place in used.items() if name not in known} == {}
    assert sorted((declared | extras) - used.keys() - SURROUNDINGS) == []
    assert sorted(GUARANTEED.keys() - used.keys()) == []


@pytest.mark.parametrize(("name", "guarantor"), GUARANTEED.items())
def test_what_we_import_undeclared_is_guaranteed_by_what_we_declare(
    name: str, guarantor: str
) -> None:
    assert guarantor in {canonicalize_name(each.name) for each in RUNTIME}
    asked = [Requirement(each) for each in distribution(guarantor).requires or []]
    assert name in {canonicalize_name(each.name) for each in asked}


def licence(of: Distribution) -> str:
    told = [of.metadata.get("License-Expression") or "", of.metadata.get("License") or ""]
    told += [each for each in of.metadata.get_all("Classifier", []) if "License" in each]
    return "\n".join(told)[:400]


def test_nothing_that_runs_is_under_the_gpl() -> None:
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    runs = pinned_for("requirements.lock", python).keys() | LESSER
    told = {name: licence(distribution(name)) for name in runs}
    gpl = re.compile(r"\bA?GPL|GNU (?:Affero )?General Public", re.IGNORECASE)
    assert {name: text for name, text in told.items() if gpl.search(text)} == {}
    lesser = re.compile(r"\bLGPL|GNU (?:Library|Lesser) General Public", re.IGNORECASE)
    assert {name for name, text in told.items() if lesser.search(text)} == LESSER


# The wheel and the source distribution ------------------------------------------------------


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with wheel and source distribution, built from a copy of what is tracked."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> zipfile.ZipFile:
    return zipfile.ZipFile(next(built.glob("*.whl")))


def test_the_wheel_says_what_we_promise(wheel: zipfile.ZipFile) -> None:
    (place,) = [each for each in wheel.namelist() if each.endswith(".dist-info/METADATA")]
    told = HeaderParser().parsestr(wheel.read(place).decode())
    assert (told["Name"], told["License-Expression"]) == ("topic-guide-toolkit", "MIT")
    assert told["Requires-Python"] == ">=3.11"
    asked = {
        canonicalize_name(Requirement(each).name)
        for each in told.get_all("Requires-Dist")
        if "extra ==" not in each
    }
    assert asked == {canonicalize_name(each.name) for each in RUNTIME}
    scripts = wheel.read(place.replace("METADATA", "entry_points.txt")).decode()
    assert "toolkit = toolkit.__main__:main" in scripts


def test_the_wheel_has_one_version_the_package_s_own(wheel: zipfile.ZipFile) -> None:
    from toolkit import __version__

    assert Path(wheel.filename or "").name == f"topic_guide_toolkit-{__version__}-py3-none-any.whl"


def test_the_wheel_carries_every_module_message_guide_and_notebook(wheel: zipfile.ZipFile) -> None:
    folders = [ROOT / each for each in ("toolkit", "topic_guides", "notebooks")]
    paths = [each.relative_to(ROOT) for folder in folders for each in folder.rglob("*.*")]
    files = [str(each) for each in paths if not re.search(r"__pycache__|/\.|\.pyc", str(each))]
    wanted = {
        re.sub(r"^(topic_guides|notebooks)/", r"toolkit/_shipped/\1/", each) for each in files
    }
    assert sorted(wanted - set(wheel.namelist())) == []
    assert any("/notebooks/" in each for each in wanted)


def test_the_wheel_carries_nothing_that_is_not_for_its_users(wheel: zipfile.ZipFile) -> None:
    stray = re.compile(r"__pycache__|checkpoint|\.pyc$|^tests/|^docs/|^outputs/|\.studies")
    assert [each for each in wheel.namelist() if stray.search(each)] == []
    assert all(each.startswith(("toolkit/", "topic_guide_toolkit-")) for each in wheel.namelist())


def test_the_source_distribution_can_be_tested_and_built_again(built: Path, tmp_path: Path) -> None:
    unpack = ["tar", "-xzf", next(built.glob("*.tar.gz")), "-C", tmp_path]
    subprocess.run(unpack, check=True)
    (source,) = tmp_path.iterdir()
    for each in (
        "README.md",
        "LICENSE",
        "Makefile",
        ".ci/environment",
        "requirements.lock",
        "tests",
    ):
        assert (source / each).exists(), each
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    again, first = next(tmp_path.glob("*.whl")), next(built.glob("*.whl"))
    assert zipfile.ZipFile(again).namelist() == zipfile.ZipFile(first).namelist()


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment far from the checkout that has the wheel and the pinned libraries."""
    home = tmp_path_factory.mktemp("elsewhere") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", home], check=True)
    command = [sys.executable, "-m", "pip", "--python", str(home / "bin" / "python"), "install"]
    wheel = next(built.glob("*.whl"))
    subprocess.run([*command, "-q", "--no-deps", "--no-index", wheel], check=True)
    (site,) = home.glob("lib/python3*/site-packages")
    # A plain line in a .pth file adds the folder, but not what its own .pth files point to.
    libraries = Path(pytest.__file__).parent.parent
    (site / "libraries.pth").write_text(f"{libraries}\n", encoding="utf-8")
    return home


def ask(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    clean = {"PATH": os.environ["PATH"], "HOME": str(home)}
    command = [home / "bin" / words[0], *words[1:]]
    return subprocess.run(command, cwd=home, env=clean, capture_output=True, text=True, check=False)


def test_the_installed_command_works_far_from_the_checkout(installed: Path) -> None:
    where = ask(installed, "python", "-c", "import toolkit; print(toolkit.__file__)")
    assert str(installed) in where.stdout
    for words in (("toolkit", "--version"), ("python", "-m", "toolkit", "--version")):
        told = ask(installed, *words)
        assert (told.returncode, told.stderr) == (0, "")
        assert PROJECT.get("version", "0.1.0") in told.stdout


def test_the_installed_package_checks_the_guides_that_it_brings(installed: Path) -> None:
    (guides,) = installed.glob("lib/python3*/site-packages/toolkit/_shipped/topic_guides")
    guide = next(guides.glob("*/telephone-interview.yaml"))
    told = ask(installed, "toolkit", "guide", "check", str(guide))
    assert told.returncode == 0, told.stdout + told.stderr


# Setting up ---------------------------------------------------------------------------------


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """As much of a checkout as the set-up looks at."""
    shutil.copytree(ROOT / ".ci", tmp_path / ".ci")
    for each in ("pyproject.toml", "requirements.lock", "requirements-test.lock"):
        shutil.copy(ROOT / each, tmp_path)
    return tmp_path


def set_up(checkout: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [checkout / ".ci" / "environment", "runtime"]
    known = {"PATH": os.environ["PATH"], "HOME": str(checkout)} | environment
    return subprocess.run(command, env=known, capture_output=True, text=True, check=False)


def test_without_a_python_the_set_up_says_what_to_install(checkout: Path) -> None:
    done = set_up(checkout, PYTHON="no-such-python")
    assert done.returncode == 1
    assert "No Python 3.11 or newer was found" in done.stderr
    assert "apt-get install python3 python3-venv" in done.stderr
    assert not (checkout / ".venv").exists()


def test_a_python_that_cannot_make_environments_is_named_with_its_package(checkout: Path) -> None:
    half = checkout / "python-without-venv"
    half.write_text(
        f'#!/bin/sh\ncase "$*" in *ensurepip*) exit 1;; esac\nexec {sys.executable} "$@"\n'
    )
    half.chmod(0o755)
    done = set_up(checkout, PYTHON=str(half))
    assert done.returncode == 1
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert f"apt-get install python{version}-venv" in done.stderr


def test_a_browser_that_was_named_but_is_not_there_is_an_error(checkout: Path) -> None:
    command = [checkout / ".ci" / "browser"]
    known = {"PATH": os.environ["PATH"], "TOOLKIT_BROWSER": "no-such-browser"}
    done = subprocess.run(command, env=known, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "no-such-browser" in done.stderr


def machine_without_a_browser(folder: Path, user: int) -> dict[str, str]:
    """A PATH with few commands, on which apt-get brings a chromium; who asks has this user id."""
    for each in ("cat", "chmod", "dirname", "mktemp", "rm", "tail"):
        (folder / each).symlink_to(shutil.which(each) or each)
    brings = f'#!/bin/sh\ncase "$*" in *" chromium "*) cp "$0" {folder}/chromium;; esac\n'
    for name, text in {"apt-get": brings, "id": f"#!/bin/sh\necho {user}\n"}.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    (folder / "cp").symlink_to(shutil.which("cp") or "cp")
    return {"PATH": str(folder)}


@pytest.mark.parametrize(("user", "code"), [(0, 0), (1000, 1)])
def test_root_gets_a_browser_installed_and_others_are_told_how(
    tmp_path: Path, user: int, code: int
) -> None:
    bare = machine_without_a_browser(tmp_path, user)
    command = ["/bin/sh", ROOT / ".ci" / "browser"]
    done = subprocess.run(command, env=bare, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (code, f"{tmp_path}/chromium" * (code == 0))
    assert ("sudo apt-get install chromium fonts-liberation" in done.stderr) == (code == 1)


def test_the_capture_service_is_on_for_whoever_installs_the_wheel(installed: Path) -> None:
    settings = installed / "etc" / "jupyter" / "jupyter_server_config.d"
    told = json.loads((settings / "topic-guide-toolkit.json").read_text("utf-8"))
    assert told == {"ServerApp": {"jpserver_extensions": {"toolkit.capture.service": True}}}
    listed = subprocess.run(
        [installed / "bin" / "python", "-m", "jupyter_server.extension.serverextension", "list"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "JUPYTER_CONFIG_DIR": str(installed / "nobody's")},
    )
    assert "toolkit.capture.service enabled" in re.sub(
        r"\x1b\[\d+m", "", listed.stdout + listed.stderr
    )
