"""Sound recordings of sessions, and draft transcripts of them (clause P07)."""
