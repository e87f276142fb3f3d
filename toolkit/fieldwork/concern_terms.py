"""Words that describe a concern; they repeat nothing of what was said."""

from __future__ import annotations

from typing import Literal

Urgency = Literal["now", "today"]
Kind = Literal["unsaid", "child", "participant", "other", "conduct"]
URGENCIES: dict[Urgency, str] = {"now": "now", "today": "today"}
"""How soon somebody has to act, in words."""
KINDS: dict[Kind, str] = {
    "unsaid": "kind not said",
    "child": "a child may be at risk of significant harm",
    "participant": "the participant may be at risk of harm",
    "other": "somebody else may be at risk of harm",
    "conduct": "conduct of somebody who works with families",
}
"""Which kind of thing it is, in words that tell nothing of what was said (clause P37)."""
