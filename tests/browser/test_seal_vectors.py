"""The page's own AES-GCM against published vectors and another program, at every border (P32).

The vectors are those of McGrew and Viega, "The Galois/Counter Mode of Operation (GCM)", appendix B,
for keys of 256 bits and IVs of 96, which NIST's validation suite took over.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from playwright.sync_api import Browser

from tests.browser.modules import Modules, modules_in

# Sealed with an IV that is given, which the page never does: the pad is made as `refill` makes it.
SEAL = """async (m, all) => {
    const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (two) => parseInt(two, 16));
    const hex = (raw) => [...raw].map((each) => each.toString(16).padStart(2, '0')).join('');
    const found = [];
    for (const {key, iv, plain, context} of all) {
        const sealer = await m.Sealer.from(bytes(key));
        const start = new Uint8Array(16);
        start.set(bytes(iv));
        start[15] = 1;
        const stream = await sealer.keystream(start, 16 + plain.length / 2);
        sealer.pads.push({iv: bytes(iv), stream});
        const {iv: used, box} = sealer.now(bytes(plain), bytes(context));
        const opened = await sealer.open({iv: used, box}, bytes(context));
        const bent = await Promise.all([0, box.length - 16, box.length - 1].map((at) => {
            const other = box.slice();
            other[at] ^= 1;
            return sealer.open({iv: used, box: other}, bytes(context));
        }));
        const elsewhere = await sealer.open({iv: used, box}, bytes(context + '00'));
        const refused = [...bent, elsewhere].every((each) => each === null);
        found.push([hex(box), hex(new Uint8Array(opened ?? [255])) === plain && refused]);
    }
    return found;
}"""
KEY = "feffe9928665731c6d6a8f9467308308" * 2
LONG = (
    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
    "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255"
)
COUNTED = (
    "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
    "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad"
)
IV = "cafebabefacedbaddecaf888"
# Test cases 13 to 16: key, IV, plaintext, additional data, ciphertext, tag.
PUBLISHED = [
    ("00" * 32, "00" * 12, "", "", "", "530f8afbc74536b9a963b4f1c4cb738b"),
    (
        "00" * 32, "00" * 12, "00" * 16, "", "cea7403d4d606b6e074ec5d3baf39d18",
        "d0d1c8a799996bf0265b98b5d48ab919",
    ),
    (KEY, IV, LONG, "", COUNTED, "b094dac5d93471bdec1a502270e3cc6c"),
    (
        KEY, IV, LONG[:-8], "feedfacedeadbeeffeedfacedeadbeefabaddad2", COUNTED[:-8],
        "76fc6ece0f4e1768cddf8853bb2d551b",
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def modules(browser: Browser) -> Iterator[Modules]:
    made = modules_in(browser)
    yield made
    made.page.close()


def sealed(modules: Modules, *cases: tuple[str, str, str, str]) -> list[list[Any]]:
    names = ("key", "iv", "plain", "context")
    found: list[list[Any]] = modules.call(
        "core/seal.js", SEAL, [dict(zip(names, case, strict=True)) for case in cases]
    )
    return found


def test_the_published_vectors_come_out_to_the_bit(modules: Modules) -> None:
    found = sealed(modules, *(case[:4] for case in PUBLISHED))
    assert found == [[case[4] + case[5], True] for case in PUBLISHED]


def test_every_length_around_the_borders_of_blocks_is_what_another_program_makes(
    modules: Modules,
) -> None:
    """Texts and contexts of 0 to 49 bytes, and longer ones; what is bent or moved is refused."""
    drawn = random.Random(38)
    lengths = [*range(50), 63, 64, 65, 127, 128, 129, 255, 256, 257, 1023, 1024, 1025]
    pairs = [(length, drawn.choice([0, 1, 15, 16, 17, 31, 32, 33])) for length in lengths]
    pairs += [(drawn.choice([0, 1, 15, 16, 17, 33]), length) for length in lengths]
    cases = [tuple(drawn.randbytes(n).hex() for n in (32, 12, *pair)) for pair in pairs]
    expected = [
        AESGCM(bytes.fromhex(key))
        .encrypt(bytes.fromhex(iv), bytes.fromhex(plain), bytes.fromhex(context))
        .hex()
        for key, iv, plain, context in cases
    ]
    assert sealed(modules, *cases) == [[each, True] for each in expected]


@pytest.mark.parametrize("filling", ["00", "ff", "80"])
def test_sums_of_all_ones_and_all_noughts_carry_over_every_word(
    modules: Modules, filling: str
) -> None:
    """Multiplying in GF(2^128) is where a carry between words of 32 bits would be lost."""
    cases = [(filling * 32, filling * 12, filling * n, filling * (48 - n)) for n in range(0, 49, 8)]
    expected = [
        AESGCM(bytes.fromhex(key))
        .encrypt(bytes.fromhex(iv), bytes.fromhex(plain), bytes.fromhex(context))
        .hex()
        for key, iv, plain, context in cases
    ]
    assert [each for each, _ in sealed(modules, *cases)] == expected


def test_no_pad_is_used_twice_however_fast_somebody_types(modules: Modules) -> None:
    ivs = modules.call(
        "core/seal.js",
        """async (m) => {
            const sealer = await m.Sealer.from(new Uint8Array(32));
            const ivs = [];
            for (let round = 0; round < 60; round += 1) {
                for (let key = 0; key < 20; key += 1) {
                    const row = sealer.now(new Uint8Array(key * 40), new Uint8Array(3));
                    if (row) ivs.push([...row.iv].join());
                }
                if (round % 3 === 0) await sealer.refilling;
                else await null;
            }
            return ivs;
        }""",
    )
    assert len(ivs) > 200
    assert len(set(ivs)) == len(ivs)
