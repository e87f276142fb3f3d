"""A run as a notebook's author starts it: by the name of the study, in the project around them."""

from __future__ import annotations

from pathlib import Path

from toolkit.publish.project import find_project, no_data
from toolkit.publish.run.run import Options, RunReport, run_study
from toolkit.store.home import find_home
from toolkit.store.lifecycle.unlocked import unlock


def run(
    study: str,
    *,
    only: str | tuple[str, ...] = (),
    notebooks: str | Path | None = None,
    outputs: str | Path | None = None,
    **parameters: object,
) -> RunReport:
    """Run the notebooks of a study, as ``toolkit run`` does, and write its pages.

    Names of participants are not looked for here: publish with ``toolkit run --user``.

    Parameters
    ----------
    study : str
        Id of the study. It has to be unlocked (``toolkit store unlock``), or a fictional sample.
    only : str or tuple of str
        Names or numbers of notebooks; all where left out.
    notebooks, outputs : str or pathlib.Path, optional
        Other folders than ``notebooks`` and ``outputs`` of the project.
    **parameters
        Set in every notebook that declares them.

    Returns
    -------
    RunReport
        The outcome of it: ``good``, ``findings``, and the page to open, ``index``.

    Raises
    ------
    RunError
        There is no such study here, or no data of it (RUN-018).
    StoreError
        The study is locked (STORE-060).

    Examples
    --------
    >>> from toolkit import run
    >>> report = run("my-study", only="00-index")
    >>> report.good, report.index.name
    (True, 'index.html')
    """
    project = find_project(study)
    if not project.data.is_dir() or (home := find_home(project.data)).study != study:
        raise no_data(study)
    options = Options(parameters=parameters, only=(only,) if isinstance(only, str) else only)
    sources, target = Path(notebooks or project.notebooks), Path(outputs or project.outputs)
    return run_study(
        project.study, home, unlock(home), notebooks=sources, outputs=target, options=options
    )
