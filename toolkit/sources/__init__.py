"""The texts that are coded: open answers and forum turns, under pseudonyms, with stable offsets.

People are in here by pseudonym only, because the journal holds nothing else; a text is exactly
what was captured, so that offsets in Unicode code points hold. Importing transcripts, replacing
identifying words with a log, and versions of a text with remapped offsets are not part of this
version.
"""

from toolkit.sources.reading import HeldSession, by_session, held_sessions, read_sources
from toolkit.sources.source import Source

__all__ = ["HeldSession", "Source", "by_session", "held_sessions", "read_sources"]
