"""Where a run works: its temporary folders, and the environment that its notebooks see.

A notebook sees nothing of the person who starts the run: not the home folder, not its settings,
not the locale or the time zone. That is what makes two runs, on two machines, the same run.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# The earliest date that a zip can hold: a constant, so that no file carries today's date.
_EPOCH = "315532800"
_PASSED_ON = (
    "PATH",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "SYSTEMROOT",
    "VIRTUAL_ENV",
    "FONTCONFIG_FILE",
)
_ONE_THREAD = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "BLIS_NUM_THREADS",
)
# No history file, tracebacks without values, identifiers that a seed decides, and no remark of
# matplotlib's about how long its first start takes. The generator that `random` shares is not
# seeded: the kernel draws from it too, so a notebook that needs chance makes its own, with a seed.
_SETTINGS = """\
c.HistoryManager.enabled = False
c.InteractiveShell.xmode = "Minimal"
c.InteractiveShell.colors = "nocolor"
c.InteractiveShellApp.exec_lines = [
    "import logging as _logging, random as _random, uuid as _uuid",
    "_logging.getLogger('matplotlib').setLevel(_logging.ERROR)",
    "_numbers = _random.Random(0)",
    "_uuid.uuid4 = lambda: _uuid.UUID(int=_numbers.getrandbits(128), version=4)",
]
"""


@dataclass(slots=True)
class Workplace:
    """Temporary folders of a run, outside of everything that is published.

    Attributes
    ----------
    folder : pathlib.Path
        Folder of the run; short, because a socket's name may have 100 characters or so.
    cache : pathlib.Path
        Folder that outlives the run (matplotlib's list of fonts).
    preloaded : Preloaded or None
        The process that notebooks are forked from, once there is one.
    here : pathlib.Path or None
        Where the notebooks run; an empty folder of the run where it is left out.
    told : mapping of str to str
        What the process that notebooks are forked from is told, to open the study ahead of them.
    """

    folder: Path
    cache: Path
    preloaded: Any = field(default=None, repr=False)
    here: Path | None = None
    told: Mapping[str, str] = field(default_factory=dict)

    def prepare(self) -> None:
        """Make the folders and write the settings of the kernels."""
        profile = self.folder / "ipython" / "profile_default"
        for each in (profile, self.folder / "home", self.folder / "here", self._fonts):
            each.mkdir(parents=True, exist_ok=True)
        if self.cache.is_dir():
            shutil.copytree(self.cache, self._fonts, dirs_exist_ok=True)
        (profile / "ipython_kernel_config.py").write_text(_SETTINGS, encoding="utf-8")
        (self.folder / "matplotlibrc").write_text("", encoding="utf-8")

    @property
    def _fonts(self) -> Path:
        """Where matplotlib keeps its list of fonts during the run."""
        return self.folder / "matplotlib"

    def keep(self) -> None:
        """Keep for the next run what takes long to find out: the list of fonts."""
        # Where it can't be kept, the next run takes a little longer.
        with suppress(OSError):
            self.cache.mkdir(parents=True, exist_ok=True)
            for file in self._fonts.glob("fontlist-*.json"):
                if not (self.cache / file.name).exists():
                    part = shutil.copyfile(file, self.cache / f"{os.getpid()}.part")
                    part.replace(self.cache / file.name)

    @property
    def working_folder(self) -> Path:
        """Where the kernels run."""
        return self.here or self.folder / "here"

    @property
    def keys(self) -> Path:
        """The socket at which the run shares the keys of the research store."""
        return self.folder / "keys"

    def environment(self, told: Mapping[str, str]) -> dict[str, str]:
        """Return the environment of a kernel.

        Returns
        -------
        dict of str to str
            The whole environment; of the caller's only what a program needs to start.
        """
        passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        code = str(Path(__file__).resolve().parents[3])
        fixed = {
            "HOME": str(self.folder / "home"),
            "IPYTHONDIR": str(self.folder / "ipython"),
            "JUPYTER_NO_CONFIG": "1",
            "JUPYTER_RUNTIME_DIR": str(self.folder),
            "JUPYTER_DATA_DIR": str(self.folder / "home"),
            "JUPYTER_CONFIG_DIR": str(self.folder / "home"),
            "TMPDIR": str(self.folder),
            "MATPLOTLIBRC": str(self.folder / "matplotlibrc"),
            "MPLCONFIGDIR": str(self._fonts),
            "MPLBACKEND": "agg",
            "PYTHONPATH": code,
            "PYTHONHASHSEED": "0",
            "PYTHONUTF8": "1",
            "SOURCE_DATE_EPOCH": _EPOCH,
            "TZ": "UTC",
            "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
            "NO_COLOR": "1",
        }
        return passed | fixed | dict.fromkeys(_ONE_THREAD, "1") | dict(told)
