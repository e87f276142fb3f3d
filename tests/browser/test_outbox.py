"""What waits in the browser is sealed as AES-GCM, at once, and opens under its own key (P32)."""

from __future__ import annotations

import base64
import os
import random
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from playwright.sync_api import Browser

from tests.browser.modules import Modules, modules_in

SEAL = """async (m, {key, texts}) => {
    const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const told = (raw) => btoa(String.fromCharCode(...raw));
    const sealer = await m.Sealer.from(bytes(key));
    const found = [];
    for (const [plain, context] of texts) {
        await sealer.refilling;
        const {iv, box} = sealer.now(bytes(plain), bytes(context)) ?? {};
        found.push(iv ? [told(iv), told(box)] : null);
    }
    return found;
}"""


@pytest.fixture(scope="module")
def modules(browser: Browser) -> Iterator[Modules]:
    made = modules_in(browser)
    yield made
    made.page.close()


def text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def test_what_is_sealed_at_once_is_what_any_other_program_opens(modules: Modules) -> None:
    drawn = random.Random(4)
    key = drawn.randbytes(32)
    pairs = [
        (drawn.randbytes(length), drawn.randbytes(drawn.choice([0, 1, 15, 16, 17, 40])))
        for length in [0, 1, 15, 16, 17, 31, 32, 33, 100, 1000, 2000, *range(50, 80)]
    ]
    asked = {"key": text(key), "texts": [[text(plain), text(context)] for plain, context in pairs]}
    sealed = modules.call("core/seal.js", SEAL, asked)
    assert len({each[0] for each in sealed}) == len(pairs), "an IV was used twice"
    for (plain, context), (iv, box) in zip(pairs, sealed, strict=True):
        assert AESGCM(key).decrypt(base64.b64decode(iv), base64.b64decode(box), context) == plain


def test_a_text_that_is_longer_than_what_was_made_ready_has_to_wait_once(modules: Modules) -> None:
    long = text(os.urandom(5000))
    asked = {"key": text(os.urandom(32)), "texts": [[long, ""]] * 3}
    sealed = modules.call("core/seal.js", SEAL, asked)
    assert sealed[0] is None
    assert sealed[1]
    assert sealed[2]
