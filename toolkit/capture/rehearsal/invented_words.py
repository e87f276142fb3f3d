"""Short invented texts about dealing with services, put together from neutral words."""

from __future__ import annotations

from random import Random

_WHO = (
    *("the duty team", "the worker", "the front desk", "the school", "her manager", "the council"),
    *("somebody on the phone", "the second worker", "the review officer", "the family centre"),
)
_DID = (
    *("rang back when they said they would", "asked us to fill in the same form again"),
    *("sent a letter with the wrong date on it", "sat down with us and listened"),
    *("said that it would take a few weeks", "passed us on to another office"),
    *("changed the time of the meeting", "explained what would happen next"),
    *("had not read the notes", "kept us in the picture", "left before the plan was finished"),
    *("put us on a waiting list", "came round every other Tuesday", "wrote down what we had said"),
)
_FELT = (
    *("That helped.", "I would not call that help.", "I was glad of it.", "It wore us out."),
    *("Nobody told us why.", "We were none the wiser.", "I felt that I was heard."),
    *("It could have been quicker.", "After that I stopped ringing.", "I still think of that."),
)
_WISH = (
    *("one number to ring", "the same face each time", "a meeting after work", "news, good or bad"),
    *("somebody who reads the file first", "help earlier on", "a say in what was decided"),
)
_NOTES = (
    *("Thought about it for a while.", "Came back to this later.", "Quiet here; no hurry."),
    *("Asked for the question again.", "Laughed at this.", "Sure of this."),
)


def invented_text(random: Random) -> str:
    """Return a short invented answer of one to three sentences."""
    pick = random.choice
    said = [f"{pick(_WHO).capitalize()} {pick(_DID)}."]
    if random.random() < 0.6:
        said.append(pick(_FELT))
    if random.random() < 0.3:
        said.append(f"What I wanted was {pick(_WISH)}.")
    return " ".join(said)


def invented_note(random: Random) -> str:
    """Return a short invented note of an interviewer."""
    return random.choice(_NOTES)
