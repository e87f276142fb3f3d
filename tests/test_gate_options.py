"""A command looks for names only where somebody opens the identity store, and says so if not."""

from __future__ import annotations

from pathlib import Path

import pytest

from toolkit.cli.shared.names import Gatekeeper, names_given
from toolkit.cli.shared.secrets import SecretSource
from toolkit.errors import StoreError
from toolkit.store.home import Home
from toolkit.store.keys.passphrase import SAMPLE

STUDY = Path(__file__).parents[1] / "topic_guides" / "parents-and-social-care"


def given(file: Path | None, user: str | None) -> Gatekeeper:
    return Gatekeeper(user, SecretSource("--identity-passphrase", file))


@pytest.fixture
def passphrase(tmp_path: Path) -> Path:
    file = tmp_path / "passphrase"
    file.touch(mode=0o600)
    file.write_bytes(SAMPLE.reveal())
    return file


def test_names_come_from_the_identity_store(sample_home: Home, passphrase: Path) -> None:
    names = names_given(sample_home, STUDY, given(passphrase, "lead-1"))
    assert names is not None
    assert names.count > 30
    assert names.found_in("K01") == 0


def test_a_command_that_was_not_told_who_opens_it_says_so(
    sample_home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    assert names_given(sample_home, STUDY, given(None, None)) is None
    assert "Names were not looked for" in capsys.readouterr().err


def test_another_passphrase_opens_nothing(sample_home: Home, passphrase: Path) -> None:
    passphrase.write_text("a wrong one that is long enough", encoding="utf-8")
    with pytest.raises(StoreError):
        names_given(sample_home, STUDY, given(passphrase, "lead-1"))
