"""Who is behind a pseudonym: the identity store, apart from everything else (clause P31)."""
