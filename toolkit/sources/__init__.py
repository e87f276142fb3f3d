"""The texts that are coded: open answers and forum turns, under pseudonyms, with stable offsets."""

from toolkit.sources.source import Source

__all__ = ["Source"]
