"""Keys are wrapped, recoverable, changeable, and once destroyed gone for good (P26, P32, P38)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from toolkit.errors import StoreError
from toolkit.store.keys.keyring import Keyring, destroy_key
from toolkit.store.keys.passphrase import Passphrase
from toolkit.store.keys.wrapping import (
    Cost,
    from_passphrase,
    from_printed,
    new_key,
    printed,
    unwrap,
    wrap,
)

CHEAP = Cost(memory_kib=64, passes=1, lanes=1)
PUBLIC = Passphrase(b"a passphrase of tests, known to all")
OTHER = Passphrase(b"another passphrase of tests")


@pytest.fixture
def made(tmp_path: Path) -> tuple[Path, str]:
    """A keyring file with a key ``K01``, and its recovery key."""
    path = tmp_path / "keyring.json"
    keyring, recovery = Keyring.create(path, "made-up", PUBLIC, cost=CHEAP)
    keyring.ensure("K01")
    return path, recovery


def revealed(keyring: Keyring, name: str = "K01") -> bytes | None:
    key = keyring.key(name)
    return key and key.reveal()


# Keys ---------------------------------------------------------------------------------------


def test_a_guess_costs_what_the_house_decided() -> None:
    """64 MiB, three passes, four lanes of Argon2id."""
    derived = from_passphrase(PUBLIC, b"s" * 16, Cost()).reveal()
    direct = Argon2id(salt=b"s" * 16, length=32, iterations=3, lanes=4, memory_cost=65536)
    assert derived == direct.derive(PUBLIC.reveal())


def test_what_is_wrapped_opens_with_its_key_and_context_only() -> None:
    key, content = new_key(), new_key()
    wrapped = wrap(key, content, ("made-up", "K01", "7"))
    opened = unwrap(key, wrapped, ("made-up", "K01", "7"))
    assert opened is not None
    assert opened.reveal() == content.reveal()
    for others in (("made-up", "K02", "7"), ("made-up", "K01", "8"), ("made-up", "P017", "")):
        assert unwrap(key, wrapped, others) is None
    assert unwrap(new_key(), wrapped, ("made-up", "K01", "7")) is None


@pytest.mark.parametrize("at", range(60))
def test_no_byte_of_what_is_wrapped_can_be_changed(at: int) -> None:
    key = new_key()
    wrapped = bytearray(wrap(key, key, ()))
    assert len(wrapped) == 60
    wrapped[at] ^= 1
    assert unwrap(key, bytes(wrapped), ()) is None


def test_a_printed_key_is_read_again_however_it_is_typed() -> None:
    key = new_key()
    text = printed(key)
    assert [len(group) for group in text.split("-")] == [4] * 14
    for typed in (text, text.lower(), text.replace("-", " "), f" {text}\n"):
        assert from_printed(typed).reveal() == key.reveal()


@pytest.mark.parametrize(
    "change", [lambda t: t[1:], lambda t: t + "A", lambda t: "", lambda t: "é"]
)
def test_a_mistyped_recovery_key_is_told_from_a_wrong_one(change: Callable[[str], str]) -> None:
    with pytest.raises(StoreError, match="STORE-049"):
        from_printed(change(printed(new_key())))
    text = printed(new_key())
    with pytest.raises(StoreError, match="STORE-049"):
        from_printed(("B" if text[0] == "A" else "A") + text[1:])


# The keyring --------------------------------------------------------------------------------


def test_passphrase_and_recovery_key_open_the_same_keys(made: tuple[Path, str]) -> None:
    path, recovery = made
    both = {revealed(Keyring.unlock(path, PUBLIC)), revealed(Keyring.recover(path, recovery))}
    assert len(both) == 1
    assert None not in both


def test_a_wrong_passphrase_or_recovery_key_opens_nothing(made: tuple[Path, str]) -> None:
    with pytest.raises(StoreError, match=r"STORE-040 keyring keyring\.json"):
        Keyring.unlock(made[0], OTHER)
    with pytest.raises(StoreError, match="STORE-040"):
        Keyring.recover(made[0], printed(new_key()))


def test_a_new_passphrase_opens_the_old_keys_and_the_old_one_no_longer(
    made: tuple[Path, str],
) -> None:
    path, recovery = made
    keyring = Keyring.unlock(path, PUBLIC)
    before = json.loads(path.read_text())["keys"]
    keyring.change_passphrase(OTHER, cost=CHEAP)
    assert json.loads(path.read_text())["keys"] == before, "no data and no key is rewritten"
    assert revealed(Keyring.unlock(path, OTHER)) == revealed(keyring)
    assert revealed(Keyring.recover(path, recovery)) == revealed(keyring)
    with pytest.raises(StoreError, match="STORE-040"):
        Keyring.unlock(path, PUBLIC)


def test_every_name_has_a_key_of_its_own(made: tuple[Path, str]) -> None:
    keyring = Keyring.unlock(made[0], PUBLIC)
    keys = {keyring.ensure(name).reveal() for name in ("K01", "K02", "K03", "K01")}
    assert len(keys) == 3
    assert all(len(key) == 32 for key in keys)
    assert keyring.key("K09") is None


def test_a_destroyed_key_is_gone_for_every_program_and_never_made_again(
    made: tuple[Path, str],
) -> None:
    one, two = Keyring.unlock(made[0], PUBLIC), Keyring.unlock(made[0], PUBLIC)
    assert revealed(two) is not None
    one.destroy("K01")
    for each in (one, two, Keyring.unlock(made[0], PUBLIC)):
        assert each.key("K01") is None
        assert each.destroyed() == {"K01"}
        with pytest.raises(StoreError, match="STORE-046"):
            each.ensure("K01")


def test_a_key_can_be_destroyed_without_opening_the_keyring(made: tuple[Path, str]) -> None:
    """P31: who carries a withdrawal out need not be able to see identities."""
    path, _ = made
    ring = Keyring.unlock(path, PUBLIC)
    kept = ring.ensure("identity/case/K02").reveal()
    ring.ensure("identity/case/K01")
    destroy_key(path, ring.study, "identity/case/K01")
    destroy_key(path, ring.study, "identity/case/K03")
    assert ring.key("identity/case/K01") is None
    assert ring.ensure("identity/case/K02").reveal() == kept
    for name in ("K01", "K03"):
        with pytest.raises(StoreError, match="STORE-046"):
            ring.ensure(f"identity/case/{name}")


def test_no_key_of_another_study_is_destroyed(made: tuple[Path, str], tmp_path: Path) -> None:
    path, _ = made
    before = path.read_bytes()
    with pytest.raises(StoreError, match="STORE-051"):
        destroy_key(path, "another", "identity/case/K01")
    with pytest.raises(StoreError, match="STORE-041"):
        destroy_key(tmp_path / "nowhere" / "no.keyring", "another", "identity/case/K01")
    assert path.read_bytes() == before


def test_the_old_file_is_blanked_when_a_key_is_destroyed(made: tuple[Path, str]) -> None:
    path = made[0]
    wrapped = json.loads(path.read_text())["keys"]["K01"].encode()
    with path.open("rb") as old:
        Keyring.unlock(path, PUBLIC).destroy("K01")
        assert set(old.read()) == {0}
    assert not any(wrapped in each.read_bytes() for each in path.parent.iterdir())


def test_a_key_cannot_be_passed_off_as_another_s(made: tuple[Path, str]) -> None:
    path = made[0]
    told = json.loads(path.read_text())
    told["keys"]["K02"] = told["keys"]["K01"]
    path.write_text(json.dumps(told))
    with pytest.raises(StoreError, match="STORE-042"):
        Keyring.unlock(path, PUBLIC).key("K02")


def test_no_key_stands_in_the_file_and_only_its_owner_reads_it(made: tuple[Path, str]) -> None:
    path, recovery = made
    raw = path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    assert PUBLIC.reveal() not in raw
    assert recovery.encode() not in raw
    key = revealed(Keyring.unlock(path, PUBLIC))
    assert key is not None
    assert key not in raw
    assert key.hex().encode() not in raw


def test_a_keyring_is_never_made_in_the_place_of_another(made: tuple[Path, str]) -> None:
    before = made[0].read_bytes()
    with pytest.raises(StoreError, match="STORE-050"):
        Keyring.create(made[0], "made-up", PUBLIC, cost=CHEAP)
    assert made[0].read_bytes() == before


DAMAGE = {
    "STORE-042": [
        "",
        "{",
        "[]",
        '{"format": "other/1"}',
        '{"format": "toolkit-keyring/1"}',
        "null",
    ],
    "STORE-043": ['{"format": "toolkit-keyring/2", "keys": {}, "study": "x", "passphrase": {}}'],
}


@pytest.mark.parametrize(("code", "text"), [(c, t) for c, all_ in DAMAGE.items() for t in all_])
def test_a_file_that_is_no_keyring_of_this_version_is_told(
    tmp_path: Path, code: str, text: str
) -> None:
    path = tmp_path / "keyring.json"
    path.write_text(text)
    with pytest.raises(StoreError, match=code):
        Keyring.unlock(path, PUBLIC)
    assert path.read_text() == text


def test_no_keyring_at_all_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="STORE-041"):
        Keyring.unlock(tmp_path / "none.json", PUBLIC)


MAKER = """
import os, sys
from toolkit.store.keys.keyring import Keyring
from toolkit.store.keys.passphrase import Passphrase
keyring = Keyring.unlock(sys.argv[1], Passphrase.from_descriptor(0))
for number in range(40):
    keyring.ensure(f"{sys.argv[2]}{number % 20}")
"""


def test_two_programs_that_make_keys_at_once_lose_none(made: tuple[Path, str]) -> None:
    path = made[0]
    makers = []
    for prefix in ("both", "both", "other"):
        read, write = os.pipe()
        os.write(write, PUBLIC.reveal())
        os.close(write)
        command = [sys.executable, "-c", MAKER, str(path), prefix]
        makers.append(subprocess.Popen(command, stdin=read))
        os.close(read)
    assert [each.wait(60) for each in makers] == [0, 0, 0]
    keyring = Keyring.unlock(path, PUBLIC)
    assert len(json.loads(path.read_text())["keys"]) == 41
    names = [f"{prefix}{number}" for prefix in ("both", "other") for number in range(20)]
    assert len({revealed(keyring, name) for name in names} - {None}) == 40
