"""A study as tidy frames: schema, rows, and the share of one case."""
