"""The identity store: who is behind a pseudonym, separate from everything else (clause P31)."""
