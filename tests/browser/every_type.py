"""A guide with every type of answer in two languages, and how a call by it is held."""

from __future__ import annotations

import re

from tests.browser.calls import CallPage, Desk
from toolkit.store import Event

# Every type of answer, a soft check, a repeated group, and a second language for a part of it.
EVERY = """\
guide: small
title: {en: Everything, cy: Popeth}
version: "1.0"
source: Written for a test.
languages: [en, cy]
mode: interview
sections:
  - section: start
    title: {en: Start, cy: Dechrau}
    minutes: 0.01
    items:
      - {script: hello, text: {en: Hello., cy: Helo.}, confirm: true}
  - section: middle
    title: Middle
    minutes: 9
    items:
      - question: q1
        text: {en: Did anybody help?, cy: A wnaeth rhywun helpu?}
        type: single
        other: true
        choices: [{id: aye, label: {en: They did, cy: Do}}, {id: nay, label: Nobody did}]
        probes:
          - {probe: tick, text: Who?}
          - {probe: words, text: How?, type: text, when: q1 = aye}
      - {question: q2, text: How sure are you?, type: scale, from: 0, to: 10}
      - question: q3
        text: How many weeks?
        type: number
        unit: weeks
        checks: [{soft: q3 < 20, message: Note what was meant.}]
      - {question: q4, text: When?, type: date, precision: approximate}
      - {question: q5, text: How long?, type: duration}
      - question: q6
        text: Which?
        type: multiple
        choices: [{id: a, label: A}, {id: b, label: B}, {id: none, label: None, exclusive: true}]
      - {question: q7, text: May I?, type: yes-no}
      - group: visits
        title: Visits
        repeat: {max: 3, label: Visit}
        items: [{question: visit, text: How was it?}]
      - {question: q8, text: Anything else?}
endings:
  - {ending: done, disposition: complete, default: true, text: {en: Thank you., cy: Diolch.}}
"""
KEY = re.compile(r"((Alt|Control|Shift)\+)+\w+|Enter|Tab|Escape|End|F\d+|Arrow\w+")


def of_kind(desk: Desk, call: CallPage, *kinds: str) -> list[Event]:
    call.saved()
    return [event for event in desk.events(call.session) if event.event in kinds]


def press(call: CallPage, *keys: str) -> None:
    """Press keys one after the other; a text that is no key is typed."""
    for key in keys:
        if KEY.fullmatch(key):
            call.page.keyboard.press(key)
        else:
            call.page.keyboard.type(key)


def end(call: CallPage) -> None:
    call.page.get_by_role("button", name="Stop …").click()
    call.page.get_by_role("button", name="They want it kept").click()
    call.page.get_by_label("Write up").wait_for()
