"""What was said comes to mean something: codes on segments, memos, and how far coders agree."""

from toolkit.coding.record import (
    CodingDesk,
    Memo,
    Quote,
    fitting,
    read_memos,
    read_segments,
)
from toolkit.coding.segments import Segment, locate

__all__ = [
    "CodingDesk",
    "Memo",
    "Quote",
    "Segment",
    "fitting",
    "locate",
    "read_memos",
    "read_segments",
]
