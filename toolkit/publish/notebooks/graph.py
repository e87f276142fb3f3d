"""Which notebooks there are and what each reads and records: ``notebooks/graph.toml``.

The notebooks form a graph that is declared in one file, so that a reviewer can see what depends
on what without opening a notebook, and a run knows what has to come first::

    format = "toolkit-graph/1"

    [[notebook]]
    notebook = "03-themes"
    question = "What did people say, and who said it?"
    reads = ["answers", "segments", "codebook"]
    records = ["segments", "codes_used"]
    after = ["02-answers-by-question"]
    headlines = [{number = "{segments}", label = "segments coded"}]

A notebook with ``over = {strand = "strands"}`` or ``over = {case = "cases"}`` is run once for each
strand or case of the study, which is set as that parameter. It is handed what that one has of the
frames that it reads, and no more, but for those that ``whole = ["answers"]`` names.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from toolkit.errors import Finding, RunError, finding
from toolkit.publish.notebooks.readable import FILES, READABLE, SHARED

FORMAT = "toolkit-graph/1"
_NAME = re.compile(r"[0-9]{2}-[a-z0-9]+(-[a-z0-9]+)*")
_LISTS = ("reads", "whole", "records", "after")
_KEYS = ("notebook", "question", "headlines", "over", *_LISTS)
_KINDS = ("strands", "cases")
_FIELD = re.compile(r"\{([a-z0-9_]+)(?::(\.[0-9]f))?\}")


@dataclass(frozen=True, slots=True)
class Headline:
    """A figure of a notebook that the index page shows.

    Attributes
    ----------
    number : str
        Names of results in braces, with their base: ``{helped} of {people}``. A number that is
        not whole is printed with one decimal, or as asked: ``{kappa:.2f}``.
    label : str
        What the figure is.
    """

    number: str
    label: str

    @property
    def names(self) -> tuple[str, ...]:
        """The results that it shows."""
        return tuple(name for name, _ in _FIELD.findall(self.number))

    def said(self, results: Mapping[str, object]) -> str:
        """Return the figure in words and digits; empty if a result is missing or empty."""
        if any(results.get(name) is None for name in self.names):
            return ""
        return _FIELD.sub(lambda found: _figure(results[found[1]], found[2]), self.number)


@dataclass(frozen=True, slots=True)
class FanOut:
    """What a notebook is run once for each of.

    Attributes
    ----------
    parameter : str
        The parameter that names which one.
    kind : str
        ``strands`` or ``cases``.
    """

    parameter: str
    kind: str


@dataclass(frozen=True, slots=True)
class Step:
    """One notebook of the graph.

    Attributes
    ----------
    notebook : str
        Two-digit number and descriptive name, which is the file's name without ``.ipynb``.
    question : str
        The question that it answers, in one line, for the index page.
    reads : tuple of str
        What it reads: frames of `toolkit.analysis`, ``sources``, ``quotations``, ``protocol``,
        ``guides``, ``codebook``. It can read nothing else, and runs again when any of it changed.
    records : tuple of str
        Names of the results that it records, in order.
    after : tuple of str
        Notebooks that have to be done before it starts.
    headlines : tuple of Headline
        What the index page shows of its results.
    over : FanOut or None
        What it fans out over.
    whole : tuple of str
        What it is handed of the whole study though it fans out.
    """

    notebook: str
    question: str
    reads: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    headlines: tuple[Headline, ...] = ()
    over: FanOut | None = None
    whole: tuple[str, ...] = ()

    @property
    def reads_data(self) -> bool:
        """Whether it reads anything that participants said or that was recorded of fieldwork."""
        return bool(self.reads_of_data)

    @property
    def reads_of_data(self) -> tuple[str, ...]:
        """What it reads besides files of the study."""
        return tuple(each for each in self.reads if each not in FILES)

    @property
    def shares(self) -> tuple[str, ...]:
        """What it is handed of its own strand or case only; nothing if it does not fan out."""
        if self.over is None or not self.reads_data:
            return ()
        handed = (*self.reads_of_data, "guides")
        return tuple(each for each in handed if each in SHARED and each not in self.whole)

    @property
    def reads_codebook(self) -> bool:
        """Whether it reads the codebook, or segments, which are put to codes."""
        return not {"codebook", "segments"}.isdisjoint(self.reads)


@dataclass(frozen=True, slots=True)
class Graph:
    """The notebooks of a folder and what they depend on.

    Attributes
    ----------
    folder : pathlib.Path
        Folder of the notebooks and of ``graph.toml``.
    steps : tuple of Step
        In the order of the file, which is the order for a reader.
    """

    folder: Path
    steps: tuple[Step, ...]

    def path(self, step: Step) -> Path:
        """Return the file of one notebook."""
        return self.folder / f"{step.notebook}.ipynb"

    @property
    def over_cases(self) -> bool:
        """Whether a notebook is run once for each case."""
        return any(each.over is not None and each.over.kind == "cases" for each in self.steps)

    @property
    def shares(self) -> dict[str, tuple[str, ...]]:
        """What is handed in shares: ``strands`` or ``cases`` to names of what is read, sorted."""
        found: dict[str, set[str]] = {}
        for each in self.steps:
            if each.over is not None and each.shares:
                found.setdefault(each.over.kind, set()).update(each.shares)
        return {over: tuple(sorted(found[over])) for over in sorted(found)}

    def sorter(self) -> TopologicalSorter[str]:
        """Return a prepared sorter over notebook names, to run them as they become free.

        Returns
        -------
        graphlib.TopologicalSorter
            Already prepared; a notebook is ready once all that it is `after` are done.
        """
        sorter = TopologicalSorter({each.notebook: each.after for each in self.steps})
        sorter.prepare()
        return sorter


def read_graph(folder: Path) -> Graph:
    """Read and check the graph of a folder of notebooks.

    Parameters
    ----------
    folder : pathlib.Path
        The folder that holds ``graph.toml`` and the notebooks.

    Returns
    -------
    Graph
        Every notebook exists, every dependency is in the graph, none goes round in a circle.

    Raises
    ------
    RunError
        RUN-004 for each fault of the file, RUN-005 for each notebook that is missing.
    """
    file = folder / "graph.toml"
    try:
        read = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise _fault("graph.toml", "the notebooks folder has no such file") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise _fault("graph.toml", "the file is not TOML in UTF-8") from None
    if read.get("format") != FORMAT:
        raise _fault("format", f"the format is something other than {FORMAT}")
    entries = read.get("notebook", [])
    if not isinstance(entries, list) or not entries:
        raise _fault("graph.toml", "there is no [[notebook]] in it")
    graph = Graph(folder, tuple(_step(entry) for entry in entries))
    _check(graph)
    return graph


def _step(entry: object) -> Step:
    """Read one ``[[notebook]]``."""
    if not isinstance(entry, Mapping):
        raise _fault("graph.toml", "an entry is not a [[notebook]] table")
    name = entry.get("notebook")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise _fault("notebook", "the name is not of the form NN-words-in-lower-case")
    unknown = [key for key in entry if key not in _KEYS]
    if unknown:
        raise _fault(name, f"it has an unknown key; the keys are {', '.join(_KEYS)}")
    question = entry.get("question")
    if not isinstance(question, str) or not question.strip():
        raise _fault(name, "it has no question")
    lists = {key: _names(entry.get(key, []), f"{name}, {key}") for key in _LISTS}
    _check_reads(lists["reads"], f"{name}, reads")
    headlines = tuple(
        _headline(each, name, lists["records"]) for each in entry.get("headlines", [])
    )
    over = _over(entry.get("over"), name)
    _check_whole(lists["whole"], lists["reads"] if over else (), f"{name}, whole")
    return Step(name, question.strip(), **lists, headlines=headlines, over=over)


def _check_reads(names: Sequence[str], place: str) -> None:
    """Refuse a name that nothing can be read by."""
    for name in names:
        if name not in READABLE:
            near = get_close_matches(name, READABLE, n=1)
            hint = f"did you mean {near[0]}?" if near else f"it can read {', '.join(READABLE)}"
            raise _fault(place, f"'{name}' is not something that a notebook can read; {hint}")


def _check_whole(names: Sequence[str], reads: Sequence[str], place: str) -> None:
    """Refuse what is not handed in shares anyway."""
    for name in names:
        if name not in reads or name not in SHARED:
            what = f"{name} cannot be read as a whole here"
            raise _fault(place, f"{what}; 'whole' lists parts of 'reads' in a notebook that has 'over'")


def _over(value: object, name: str) -> FanOut | None:
    """Read what a notebook fans out over."""
    if value is None:
        return None
    if not isinstance(value, Mapping) or len(value) != 1 or {*value.values()} - {*_KINDS}:
        raise _fault(f"{name}, over", 'it is something other than {parameter = "strands"} or {parameter = "cases"}')
    return next(FanOut(str(parameter), str(kind)) for parameter, kind in value.items())


def _headline(value: object, name: str, records: Sequence[str]) -> Headline:
    """Read one headline; it may show only what the notebook records."""
    if not isinstance(value, Mapping) or set(value) != {"number", "label"}:
        raise _fault(f"{name}, headlines", "a headline lacks its number or its label")
    headline = Headline(str(value["number"]), str(value["label"]))
    if not headline.names or not set(headline.names) <= set(records):
        raise _fault(f"{name}, headlines", "a headline's number is not made of results in 'records'")
    return headline


def _figure(value: object, decimals: str | None) -> str:
    """Return a result as it is printed: thousands separated, one decimal unless the format says more."""
    if isinstance(value, float):
        return f"{value:,{decimals or '.1f'}}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _names(value: object, place: str) -> tuple[str, ...]:
    """Read a list of different names."""
    if not isinstance(value, list) or not all(isinstance(each, str) and each for each in value):
        raise _fault(place, "it is something other than a list of names")
    if len(set(value)) != len(value):
        raise _fault(place, "a name is listed twice")
    return tuple(value)


def _check(graph: Graph) -> None:
    """Check the steps against each other and against the folder."""
    names = [each.notebook for each in graph.steps]
    if len(set(names)) != len(names):
        raise _fault("graph.toml", "a notebook is listed twice")
    faults = [
        _missing(after, names) for each in graph.steps for after in each.after if after not in names
    ]
    faults += [_missing(each.notebook) for each in graph.steps if not graph.path(each).is_file()]
    if faults:
        raise RunError(faults)
    try:
        graph.sorter()
    except CycleError:
        raise _fault("after", "some notebooks wait for each other in a circle") from None


def _missing(name: str, names: Sequence[str] = ()) -> Finding:
    """Return the finding for a notebook that does not exist."""
    near = get_close_matches(name, names, n=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    return finding("RUN-005", place=f"notebook {name}", hint=hint)


def _fault(place: str, what: str) -> RunError:
    """Build the error of one fault of the graph's file."""
    return RunError.of("RUN-004", place=place, file="graph.toml", what=what)
