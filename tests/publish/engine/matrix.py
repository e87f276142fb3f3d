"""The engines on the oldest and the newest packages that pyproject.toml allows: ``make matrix``.

``python -m tests.publish.engine.matrix [oldest] [newest]`` makes an environment for each below
``.venv/matrix``, by uv where that is there and by pip otherwise, runs the tests of the engines in
it, and writes the table of versions into ``docs/benchmarks.md``. With ``--quick`` it runs the few
tests that say most, and writes nothing: that is what ``make test`` does with the oldest; the newest
are those of the locks, or close to them.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[3]
PLACE = ROOT / ".venv" / "matrix"
# What the engines rest on; every other package is as the locks have it.
ENGINES = (
    *("ipykernel", "ipython", "jupyter-client", "nbclient", "nbconvert", "nbformat"),
    *("papermill", "traitlets"),
)
FOR_TESTS = ("hypothesis", "playwright", "psutil", "pytest")
WHOLE = ["tests/publish/engine"]
# papermill 2.6 comes without its own notebooks; those of ours stay to compare on.
NOT_SHIPPED = (
    "tests/publish/engine/test_papermill_engines.py"
    "::test_there_are_notebooks_of_papermill_to_compare_on"
)
QUICK = [
    "tests/publish/engine/test_private_parts.py",
    "tests/publish/engine/test_papermill_engines.py::test_what_is_hard_to_get_right_comes_out_the_same",
]
DOCS = ROOT / "docs" / "benchmarks.md"
BEGIN, END = "<!-- matrix -->", "<!-- end of matrix -->"


def requirements(kind: str) -> tuple[list[str], list[str]]:
    """Give what an environment is made of, and what else is held to."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*FOR_TESTS]
    for each in map(Requirement, project["dependencies"]):
        if each.name not in ENGINES:
            wanted.append(each.name)
        elif kind == "newest":
            wanted.append(str(each))
        else:
            wanted.append(f"{each.name}=={min(part.version for part in each.specifier)}")
    lock = (ROOT / "requirements-test.lock").read_text(encoding="utf-8")
    held = re.findall(r"^([A-Za-z0-9._-]+==[^\\\n]+)", lock, re.MULTILINE)
    free = (*ENGINES, "jupyter")
    return wanted, [each.strip() for each in held if not each.startswith(free)]


def environment(kind: str) -> Path:
    """Make an environment, unless it is there already; give its Python."""
    wanted, held = requirements(kind)
    folder = PLACE / kind
    python = folder / "bin" / "python"
    stamp = folder / "made-from"
    told = hashlib.sha256("\n".join([sys.version, str(ROOT), *wanted, *held]).encode()).hexdigest()
    # The newest of yesterday are not the newest: they are made anew each time.
    if kind == "oldest" and stamp.is_file() and stamp.read_text() == told:
        return python
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    constraints = folder / "constraints.txt"
    constraints.write_text("\n".join(held) + "\n", encoding="utf-8")
    uv = shutil.which("uv", path=f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}")
    if uv and not os.environ.get("TOOLKIT_NO_UV"):
        install = [uv, "pip", "install", "--quiet", "--python", str(python)]
    else:
        install = [str(python), "-m", "pip", "install", "--quiet", "--no-input"]
    subprocess.run([*install, "-c", constraints, "hatchling", "editables", *wanted], check=True)
    subprocess.run([*install, "--no-deps", "--no-build-isolation", "-e", ROOT], check=True)
    stamp.write_text(told)
    return python


def versions(python: Path) -> dict[str, str]:
    """Give the versions of what the engines rest on."""
    ask = f"from importlib.metadata import version\nfor n in {ENGINES!r}: print(n, version(n))"
    came = subprocess.run([python, "-c", ask], check=True, capture_output=True, text=True)
    return dict(line.split() for line in came.stdout.splitlines())


def run(kind: str, *, quick: bool) -> tuple[dict[str, str], str]:
    """Run the tests in an environment; give its versions, and what came of it."""
    python = environment(kind)
    found = versions(python)
    print(f"{kind}: {', '.join(' '.join(each) for each in found.items())}", flush=True)
    begun = time.monotonic()
    words = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", *(QUICK if quick else WHOLE)]
    words += ["--deselect", NOT_SHIPPED] if kind == "oldest" else []
    came = subprocess.run(words, cwd=ROOT, check=False, capture_output=True, text=True)
    said = came.stdout.strip().splitlines()[-1] if came.stdout.strip() else "no test ran"
    if came.returncode:
        print(came.stdout, came.stderr)
    print(f"   {said}", flush=True)
    return found, f"{said.partition(' in ')[0]}, {time.monotonic() - begun:.0f} s" if (
        came.returncode == 0
    ) else f"FAILED: {said}"


def table(came: dict[str, tuple[dict[str, str], str]]) -> str:
    """Give the table of versions and results in Markdown."""
    head = ["package", *came]
    python = ".".join(map(str, sys.version_info[:3]))
    rows = [["Python", *(python for _ in came)]]
    rows += [[name, *(found[name] for found, _ in came.values())] for name in ENGINES]
    rows.append(["tests of the engines", *(said for _, said in came.values())])
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(each) + " |" for each in lines)


def main(words: list[str]) -> int:
    """Run what was asked for."""
    quick = "--quick" in words
    kinds = [each for each in ("oldest", "newest") if each in words] or ["oldest", "newest"]
    came = {kind: run(kind, quick=quick) for kind in kinds}
    if len(kinds) == 2 and not quick:
        text = DOCS.read_text(encoding="utf-8")
        before, _, rest = text.partition(BEGIN)
        after = rest.partition(END)[2]
        DOCS.write_text(f"{before}{BEGIN}\n\n{table(came)}\n\n{END}{after}", encoding="utf-8")
    return int(any("FAILED" in said for _, said in came.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
