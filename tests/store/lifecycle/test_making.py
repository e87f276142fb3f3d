"""A home is there whole or not at all, wherever its making is cut short (P31, P32)."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from toolkit.errors import StoreError
from toolkit.store import About
from toolkit.store.home import find_home
from toolkit.store.keys.keyring import Keyring
from toolkit.store.keys.passphrase import Passphrase
from toolkit.store.keys.wrapping import Cost
from toolkit.store.lifecycle.overview import verify_home
from toolkit.store.making import make_home, refuse_in_use

CHEAP = Cost(memory_kib=64, passes=1, lanes=1)
ABOUT = About("made-up", False, "2019-02-01")
OWN = Passphrase(b"words of the researcher")
APART = Passphrase(b"words of somebody else")


def make(folder: Path, **given: Any) -> None:
    told = {"identity_passphrase": APART, "cost": CHEAP} | given
    make_home(folder, ABOUT, OWN, **told)


def killed_at(step: int, folder: Path, **given: Any) -> bool:
    """Make a home in a child that dies at its n-th rename or removal; whether it died."""
    child = os.fork()
    if not child:
        left = [step]

        def hook(name: str, _: tuple[Any, ...]) -> None:
            if name in ("os.rename", "os.mkdir", "shutil.copyfile", "os.remove"):
                left[0] -= 1
                if left[0] < 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(hook)
        try:
            make(folder, **given)
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


@pytest.mark.parametrize("elsewhere", [False, True])
def test_wherever_it_is_killed_the_next_try_makes_a_whole_home(
    tmp_path: Path, elsewhere: bool
) -> None:
    step, died = 0, True
    while died:
        folder = tmp_path / f"home-{step}"
        given = {"keys": tmp_path / f"keys-{step}"} if elsewhere else {}
        died = killed_at(step, folder, **given)
        if not (folder / "home.json").exists():
            assert died
            make(folder, **given)
        home = find_home(folder)
        research = Keyring.unlock(home.research_keyring, OWN)
        assert verify_home(home, research).findings == ()
        assert not list(folder.glob(".*/**/*.keyring")), "no key stays beside the data"
        step += 1
    assert step > 15, "it was killed at many steps"


def test_recovery_keys_are_handed_out_before_there_is_a_home(tmp_path: Path) -> None:
    seen: list[bool] = []

    def lost(_: object) -> None:
        seen.append((tmp_path / "home" / "home.json").exists())
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make(tmp_path / "home", hand_out=lost)
    assert seen == [False]
    assert not (tmp_path / "home").exists(), "nothing is left of it"


def refusal(job: Callable[[], object]) -> str:
    with pytest.raises(StoreError) as refused:
        job()
    return refused.value.findings[0].code


def test_one_passphrase_for_both_stores_is_refused(tmp_path: Path) -> None:
    same = Passphrase(b"words of the researcher")
    assert refusal(lambda: make(tmp_path / "home", identity_passphrase=same)) == "STORE-122"
    assert not (tmp_path / "home").exists()


def test_what_is_there_is_never_taken_for_a_rest(tmp_path: Path) -> None:
    make(tmp_path / "home")
    assert refusal(lambda: refuse_in_use(tmp_path / "home")) == "STORE-058"
    strange = tmp_path / "strange"
    (strange / ".being-made").mkdir(parents=True)
    (strange / "thesis.odt").write_text("mine")
    assert refusal(lambda: make(strange)) == "STORE-058"
    assert (strange / "thesis.odt").read_text() == "mine"
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "research.keyring").write_text("{}")
    assert refusal(lambda: make(tmp_path / "new", keys=tmp_path / "keys")) == "STORE-050"
