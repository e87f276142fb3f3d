"""Tries for an hour or so to make a call lose what is typed, and prints what came of it.

``make torture`` runs it. What the tests do some two hundred times is done two thousand times here.
It stops by itself, and fails where a keystroke was lost or something was called saved that was not.
"""

from __future__ import annotations

import argparse
import os
import sys

import pytest

MODULES = (
    "tests/browser/call/test_call_faults.py",
    "tests/browser/notebook/test_notebook_faults.py",
)
# How many faults the tests hold that have no list of their own, in an ordinary run.
OTHERS = {
    "test_a_window_that_dies_while_the_server_is_away_loses_nothing": 2,
    "test_a_second_window_is_told_of_and_neither_overwrites_the_other": 4,
}
WORDS = {
    "reload": "page reloaded",
    "crash": "tab crashed",
    "cut": "network cut",
    "freeze": "server frozen (SIGSTOP)",
    "kill": "server killed and started again",
    "kernel_killed": "kernel killed",
    "kernel_restarted": "kernel restarted by another client",
    "test_a_window_that_dies_while_the_server_is_away_loses_nothing": "server and window dead",
    "test_a_second_window_is_told_of_and_neither_overwrites_the_other": "a second window writes",
}


class Told:
    """Prints a line for each kind of fault when it is over.

    Parameters
    ----------
    times : int
        How many times as many faults there are as in an ordinary run.
    """

    def __init__(self, times: int) -> None:
        self.times = times
        self.faults = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Hear of a test that has ended, or could not begin."""
        if report.when != "call" and report.passed:
            return
        module, name = report.nodeid.partition("::")[::2]
        test, _, fault = name.rstrip("]").partition("[")
        count = self.times * counted(module, test, fault)
        self.faults += count
        place = "below a cell" if "notebook" in module else "on its own"
        what = f"{WORDS.get(fault or test, test.removeprefix('test_').replace('_', ' '))}, {place}"
        verdict = "good" if report.passed else "BAD"
        print(f"{what:60} {count or '':>6}  {verdict:4} {report.duration:6.0f} s", flush=True)
        if report.failed:
            print(report.longreprtext[-3000:], flush=True)


def counted(module: str, test: str, fault: str) -> int:
    """Give how many faults a test holds in an ordinary run."""
    from tests.browser import test_call_faults, test_notebook_faults

    lists = test_notebook_faults if "notebook" in module else test_call_faults
    return {each.__name__: n for each, n in lists.FAULTS}.get(fault) or OTHERS.get(test, 0)


def main(words: list[str]) -> int:
    """Do it all; 1 where anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--only", default="", help="as pytest -k")
    asked = parser.parse_args(words)
    os.environ["TOOLKIT_FAULTS"] = str(asked.times)
    told = Told(asked.times)
    # What is printed is what `Told` says, and nothing else.
    own = ["-o", "addopts=--import-mode=importlib", "-s"]
    options = ["-p", "no:terminal", "-p", "no:cacheprovider", *own, "-k", asked.only]
    good = pytest.main([*options, *MODULES], plugins=[told]) == pytest.ExitCode.OK
    end = "nothing was lost." if good else "see BAD above."
    print(f"make torture, {told.faults:,} faults in calls: {end}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
