"""Sound recordings of sessions, and draft transcripts of them (P07)."""
