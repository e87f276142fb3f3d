"""A second study, unlike the worked one, in a project of its own: nothing may know only one study.

It is what ``toolkit study new`` writes, with invented calls and a forum, coded by two people.
"""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

from toolkit.analysis.frames import open_study
from toolkit.capture import ScriptedClock
from toolkit.coding import CodingDesk
from toolkit.guide import load_consent, load_guide, load_study, new_study
from toolkit.sample.generate import Field, generate
from toolkit.store import About, MemoryStore
from toolkit.store.keys.passphrase import SAMPLE
from toolkit.store.keys.wrapping import Cost
from toolkit.store.lifecycle.unlocked import unlock
from toolkit.store.making import make_home

NAME = "my-study"
CHEAP = Cost(memory_kib=64, passes=1, lanes=1)
ROOT = Path(__file__).parents[1]


def make_second_project(folder: Path, *, people: int = 24, seed: int = 3) -> Path:
    """Write the study, its data and a copy of the notebooks below a folder, and give it."""
    study_dir = folder / "topic_guides" / NAME
    new_study(study_dir)
    about = About(NAME, fictional=True, created="2019-01-01")
    rehearsed = MemoryStore(about)
    study = load_study(study_dir)
    form = load_consent(study_dir / study.consent)
    for strand in study.strands:
        guide = load_guide(study_dir / strand.guide)
        generate(Field(rehearsed, study, guide, form), participants=people, seed=seed)
    code_by_two(rehearsed, study_dir)
    home = make_home(
        folder / ".studies" / f"{NAME}-sample", about, SAMPLE, sample=True, cost=CHEAP
    ).home
    store = home.open_research(unlock(home))
    store.append(list(rehearsed.read()))
    store.close()
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    return folder


def code_by_two(store: MemoryStore, study_dir: Path) -> None:
    """Put codes on the first words of texts, in turn; the second coder agrees on two of three."""
    opened = open_study(store, study_dir)
    codes = list(opened.codebook.codes)
    for place, coder in enumerate(("coder-1", "coder-2")):
        clock = ScriptedClock(date(2019, 5, 2 + place), "10:00")
        desk = CodingDesk(store, opened.sources, opened.codebook, coder, clock)
        for number, source in enumerate(opened.sources.values()):
            said = source.text.split(" ")[0]
            shift = place if number % 3 == 0 else 0
            if said and (place == 0 or number < 30):
                desk.code_stretch(source.id, 0, len(said), [codes[(number + shift) % len(codes)]])
